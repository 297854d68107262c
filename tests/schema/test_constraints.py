"""What the documents say in words, the database refuses in deed: each constraint with the row that breaks it."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from billing.credits import account_of
from billing.models import (
    AdminSettings,
    CreditPack,
    Feature,
    Plan,
    Reservation,
    Subscription,
    SubscriptionEvent,
    UsageHistory,
    UsageLog,
    UsagePeriod,
)
from billing.plans import ensure_plan
from projects.models import Project, ProjectAudio, ProjectEvent
from projects.working_hours import validate_timezone, validate_working_hours
from tests.helpers.rows import audio_of, expert_of, generation_of, project_of, voice_of
from voices.models import Pronunciation, Segment, StorageObject, VoiceTemplate

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def subscribe(user, **fields):
    return Subscription.objects.create(user=user, plan=ensure_plan("free"), **fields)


def write_ledger(user, key="k", **fields):
    balance = account_of(user)
    row = {"operation_type": "master", "credits_used": 1, "balance_after": 1} | fields
    return UsageHistory.objects.create(user=user, credit_balance=balance, key=key, **row)


def log(user, **fields):
    return UsageLog.objects.create(user=user, action=fields.pop("action", "generate_voice"), **fields)


def period(user, **fields):
    return UsagePeriod.objects.create(
        user=user, **{"starts_at": NOW, "ends_at": NOW.replace(month=6)} | fields
    )


def reservation(user, key="k", **fields):
    row = {"operation": "master", "quantity": 1, "unit_cost": 1, "period": period(user)} | fields
    return Reservation.objects.create(user=user, key=key, **row)


def plan(key="mine", **fields):
    return Plan.objects.create(key=key, **{"name": "Mine", "credits": 1} | fields)


def pack(**fields):
    return CreditPack.objects.create(**{"name": "Mine", "credits": 1, "price_cents": 1} | fields)


def segment(user, position=0, **fields):
    generation = fields.pop("generation", None) or generation_of(user)
    return Segment.objects.create(generation=generation, position=position, text="One.", **fields)


def template(**fields):
    described = {"language": "en-US", "gender": "female", "age_group": "adult", "style": "formal"}
    return VoiceTemplate.objects.create(
        **described
        | {"slug": "t", "name": "T", "model": "tone", "voice_id": "t", "sample_audio_url": "t.mp3"}
        | fields
    )


# Constraint -> what breaks it; "twice" calls it two times
BREAKERS = {
    "user_email_unique": lambda u: type(u).objects.create(email=u.email.upper()),
    "audio_status_known": lambda u: audio_of(u, status="gone"),
    "audio_duration": lambda u: audio_of(u, duration=-1.0),
    "audio_tags_clean": lambda u: audio_of(u, tags=["Podcast"]),
    "generation_status_known": lambda u: generation_of(u, status="gone"),
    "generation_characters": lambda u: generation_of(u, character_count=10_001),
    "generation_speed": lambda u: generation_of(u, speed=2.1),
    "generation_pitch": lambda u: generation_of(u, pitch=0.4),
    "generation_duration": lambda u: generation_of(u, duration=-0.1),
    "segment_position_unique": lambda u: [segment(u, generation=g) for g in [generation_of(u)] * 2],
    "segment_status_known": lambda u: segment(u, status="gone"),
    "pronunciation_word_unique": lambda u: [
        Pronunciation.objects.create(user=u, word=word, spoken_as="win") for word in ("Nguyen", "nguyen")
    ],
    "template_voice_unique": lambda u: [template(slug=slug) for slug in "ab"],
    "voice_template_once_per_user": lambda u: voice_of(u, template=voice_of(u).template),
    "voice_status_known": lambda u: voice_of(u, status="gone"),
    "plan_external_id_unique": lambda u: [plan(key, external_id="prod_1") for key in "ab"],
    "plan_currency": lambda u: plan(currency="usd"),
    "plan_price_has_currency": lambda u: plan(price_monthly_cents=1),
    "plan_source_known": lambda u: plan(billing_source="asaas"),
    "plan_cta_known": lambda u: plan(cta_type="dance"),
    "pack_has_credits": lambda u: pack(credits=0),
    "pack_has_a_price": lambda u: pack(price_cents=0),
    "pack_currency": lambda u: pack(currency="usd"),
    "settings_are_one_row": lambda u: AdminSettings.objects.create(id="another"),
    "feature_tags_clean": lambda u: Feature.objects.create(workspace_id="w", name="F", tags=["a", "a"]),
    "subscription_one_current": lambda u: [subscribe(u, status=status) for status in ("active", "past_due")],
    "subscription_one_per_customer": lambda u: [
        subscribe(user, stripe_customer_id="cus_1") for user in (u, type(u).objects.create(email="b@example.com"))
    ],
    "subscription_status_known": lambda u: subscribe(u, status="gone"),
    "subscription_cancelled_at": lambda u: subscribe(u, status="cancelled"),
    "event_state_known": lambda u: SubscriptionEvent.objects.create(event_id="e", event_type="x", state="gone"),
    "event_source_known": lambda u: SubscriptionEvent.objects.create(event_id="e", event_type="x", source="clerk"),
    "balance_not_below_zero": lambda u: type(account_of(u)).objects.update(credits_remaining=-1),
    "ledger_changes_something": lambda u: write_ledger(u, credits_used=0),
    "ledger_not_below_zero": lambda u: write_ledger(u, balance_after=-1),
    "ledger_type_known": lambda u: write_ledger(u, operation_type="AI_TEXT_CHAT"),
    "ledger_grants_are_below_zero": lambda u: write_ledger(u, operation_type="grant", credits_used=1),
    "usage_action_known": lambda u: log(u, action="gone"),
    "period_once_per_user": lambda u: [period(u) for _ in range(2)],
    "period_ends_after_start": lambda u: period(u, ends_at=NOW),
    "reservation_state_known": lambda u: reservation(u, state="gone"),
    "reservation_has_a_price": lambda u: reservation(u, operation="grant"),
    "reservation_within_quantity": lambda u: reservation(u, from_allowance=2),
    "reservation_released_holds_nothing": lambda u: reservation(u, state="released", credits=1),
    "expert_rating": lambda u: expert_of(u, rating=5.1),
    "expert_currency": lambda u: expert_of(u, currency="dollars"[:3]),
    "expert_turnaround": lambda u: expert_of(u, average_turnaround=-1.0),
    "expert_specialization_known": lambda u: expert_of(u, specialization=["cooking"]),
    "expert_working_hours": lambda u: expert_of(u, working_hours={"someday": "off"}),
    "project_status_known": lambda u: project_of(u, status="gone"),
    "project_priority_known": lambda u: project_of(u, priority="gone"),
    "project_currency": lambda u: project_of(u, currency=""),
    "project_estimated_duration": lambda u: project_of(u, estimated_duration=-1.0),
    "project_completed_at": lambda u: project_of(u, status="completed"),
    "project_tags_clean": lambda u: project_of(u, tags=[" spaced "]),
    "project_audio_once": lambda u: [_put(p, a, order=n) for p, a in [(project_of(u), audio_of(u))] for n in (0, 1)],
    "project_order_unique": lambda u: [_put(project_of(u), audio_of(u)), _put(Project.objects.get(), audio_of(u))],
    "project_audio_status_known": lambda u: _put(project_of(u), audio_of(u), status="gone"),
    "project_event_kind_known": lambda u: ProjectEvent.objects.create(project=project_of(u), kind="gone"),
    "project_event_says_where_to": lambda u: ProjectEvent.objects.create(project=project_of(u), kind="moved"),
}  # fmt: skip
# Columns that are unique on their own
UNIQUE = {
    "voices.Voice.voice_id": lambda u: [voice_of(u, voice_id="R8_1") for _ in range(2)],
    "voices.StorageObject.pathname": lambda u: [
        StorageObject.objects.create(user=u, pathname="p", name="n", size=1) for _ in range(2)
    ],
    "voices.VoiceTemplate.slug": lambda u: [template(voice_id=name) for name in "ab"],
    "voices.VoiceGeneration.audio": lambda u: [generation_of(u, audio=a) for a in [audio_of(u)] * 2],
    "voices.DoomedBlob.pathname": lambda u: [
        apps.get_model("voices.DoomedBlob").objects.create(pathname="p") for _ in range(2)
    ],
    "billing.Plan.key": lambda u: [plan() for _ in range(2)],
    "billing.CreditPack.external_id": lambda u: [pack(external_id="prod_1") for _ in range(2)],
    "billing.Subscription.stripe_subscription_id": lambda u: [
        subscribe(u, status="expired", stripe_subscription_id="sub_1") for _ in range(2)
    ],
    "billing.SubscriptionEvent.event_id": lambda u: [
        SubscriptionEvent.objects.create(event_id="evt_1", event_type="x") for _ in range(2)
    ],
    "billing.CreditBalance.user": lambda u: type(account_of(u)).objects.create(user=u),
    "billing.UsageHistory.key": lambda u: [write_ledger(u) for _ in range(2)],
    "billing.Reservation.key": lambda u: [reservation(u, period=p) for p in [period(u)] * 2],
    "projects.ExpertProfile.user": lambda u: [expert_of(u) for _ in range(2)],
}
MODELS = [
    m for app in ("accounts", "billing", "voices", "projects") for m in apps.get_app_config(app).get_models()
]


def _put(project, audio, **fields):
    return ProjectAudio.objects.create(project=project, audio=audio, **fields)


def _break(name, user):
    with transaction.atomic():
        BREAKERS[name](user)
        with connection.cursor() as cursor:  # those that are checked at the end of a transaction, too
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("name", BREAKERS)
def test_the_database_refuses(alice, name):
    with pytest.raises(IntegrityError, match=name):
        _break(name, alice)


@pytest.mark.parametrize("name", UNIQUE)
def test_it_is_unique(alice, name):
    with pytest.raises(IntegrityError, match="duplicate key"), transaction.atomic():
        UNIQUE[name](alice)


def test_every_constraint_has_its_test():
    declared = {constraint.name for model in MODELS for constraint in model._meta.constraints}
    assert set(BREAKERS) == declared
    unique = {
        str(field)
        for model in MODELS
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
    }
    assert set(UNIQUE) == unique


def test_order_is_unique_only_when_the_transaction_ends(alice):
    project = project_of(alice)
    first, second = (_put(project, audio_of(alice), order=order) for order in range(2))
    for row, order in (first, 1), (second, 0):  # for a moment both are second
        row.order = order
        row.save()
    assert list(project.project_audios.all()) == [second, first]


def test_who_comes_back_keeps_their_stripe_customer(alice):
    for status in ("expired", "expired", "active"):
        subscribe(alice, status=status, stripe_customer_id="cus_1")
    assert Subscription.objects.for_user(alice).current().get().status == "active"


@pytest.mark.parametrize("tags", [[], ["podcast"], ["podcast", "two words", "naïve", "日本"]])
def test_clean_tags_are_taken(alice, tags):
    assert audio_of(alice, tags=tags).tags == tags


GOOD_HOURS = [
    {},
    {"monday": "off"},
    {
        "monday": {"start": "09:00", "end": "17:00"},
        "tuesday": {"start": "00:00", "end": "23:59"},
        "wednesday": "off",
        "timezone": "America/New_York",
    },
]
BAD_HOURS = [
    [],
    "off",
    {"someday": "off"},
    {"monday": "on"},
    {"monday": None},
    {"monday": {"start": "09:00"}},
    {"monday": {"start": "09:00", "end": None}},
    {"monday": {"start": "09:00", "end": "09:00"}},
    {"monday": {"start": "17:00", "end": "09:00"}},
    {"monday": {"start": "9:00", "end": "17:00"}},
    {"monday": {"start": "09:00", "end": "24:00"}},
    {"monday": {"start": "09:00", "end": "17:00", "lunch": "12:00"}},
    {"timezone": 5},
]


@pytest.mark.parametrize("hours", GOOD_HOURS)
def test_hours_that_parse(alice, hours):
    validate_working_hours(hours)
    assert expert_of(alice, working_hours=hours).working_hours == hours


@pytest.mark.parametrize("hours", BAD_HOURS, ids=str)
def test_hours_that_do_not(alice, hours):
    with pytest.raises(ValidationError):
        validate_working_hours(hours)
    with pytest.raises(IntegrityError, match="expert_working_hours"), transaction.atomic():
        expert_of(alice, working_hours=hours)


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "UTC+1"])
def test_time_zones_are_looked_up(name):
    validate_timezone("Europe/Lisbon")
    with pytest.raises(ValidationError):
        validate_timezone(name)
    with pytest.raises(ValidationError):
        validate_working_hours({"timezone": name})


def test_every_state_column_is_held_to_its_choices():
    """A TextChoices column named status, state or kind has a check constraint."""
    for model in MODELS:
        conditions = " ".join(str(getattr(c, "condition", "")) for c in model._meta.constraints)
        for field in model._meta.local_fields:
            if field.name in ("status", "state", "kind", "action") and field.choices:
                assert f"{field.name}__in" in conditions, f"{model.__name__}.{field.name}"

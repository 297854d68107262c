"""What a user has left and what they used, on pages that show it to them alone."""

import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import metering, usage
from billing.chart import HEIGHT, WIDTH, draw
from billing.credits import grant, take
from billing.enums import OperationType, PlanKey
from billing.models import Subscription, UsageLog
from billing.plans import ensure_plan
from billing.subscriptions import current_of, put_on_plan
from tests.helpers.work import finished_script, tone_template
from voices import synthesis
from voices.models import VoiceGeneration

pytestmark = pytest.mark.django_db

URL = "/billing/usage/"
SPEECH = OperationType.GENERATE_VOICE
TWO = "This is the first sentence of all. Here comes the second sentence now."


@pytest.fixture
def secret(charlie):
    """Something of somebody else's, which must not show."""
    grant(charlie, 7, reason="Secret gift", key="secret")
    metering.reserve(charlie, SPEECH, 12_345, key="theirs", reason="Secret script")
    metering.settle("theirs")


def pay(user):
    """Let credits pay for everything."""
    current_of(user)
    Subscription.objects.for_user(user).update(monthly_character_limit=0)


def page_of(client, **query):
    return client.get(URL, query).content.decode()


def test_who_has_done_nothing_yet_is_told_where_to_begin(alice_client, secret):
    page = page_of(alice_client, list="scripts")
    assert "Nothing spoken yet" in page
    assert "Nothing was spoken in these days." in page
    assert "Secret" not in page


def test_what_is_left_is_on_the_page_and_in_the_header(alice, alice_client, secret):
    metering.reserve(alice, SPEECH, 1_700, key="a")
    take(alice, 40, reason="", key="t")
    response = alice_client.get(URL)
    meter = response.context["meter"]
    assert (meter.balance, meter.characters.left, meter.characters.used, meter.clones.left) == (
        60,
        8_300,
        1_700,
        1,
    )
    assert response.content.decode().count("8,300 characters") == 2  # in the header, and in the phone's menu
    put_on_plan(alice, ensure_plan(PlanKey.ENTERPRISE))
    assert usage.meter_of(alice).characters.left is None
    assert "characters" not in alice_client.get("/studio/history/").content.decode().split("</header>")[0]


def test_a_visitor_sees_no_meter(client):
    assert client.get("/").content.decode().count("credit-meter") == 0


def test_the_ledger_is_filtered_by_operation_and_direction(alice, alice_client, secret):
    pay(alice)
    metering.reserve(alice, SPEECH, 250, key="a", premium=True, reason="A tale")
    metering.settle("a", 150)

    def rows(**query):
        return [
            (row.operation_type, credits)
            for row, _, credits, _ in alice_client.get(URL, query).context["rows"]
        ]

    everything = [
        ("premium_voice", 1),
        ("generate_voice", 1),
        ("premium_voice", -3),
        ("generate_voice", -3),
        ("grant", 100),
    ]
    assert rows() == everything
    assert rows(operation="premium_voice") == everything[0:3:2]
    assert rows(sign="spent") == everything[2:4]
    assert rows(sign="received", operation="grant") == everything[4:]
    assert rows(sign="received", operation="master") == []
    assert rows(sign="nonsense", operation="nonsense") == everything
    assert "No credits moved this way" in page_of(alice_client, operation="master")


def test_the_ledger_goes_on_by_pages_that_keep_the_filter(alice, alice_client):
    for n in range(25):
        take(alice, 1, reason=f"Number {n}", key=str(n))
    first = alice_client.get(URL, {"sign": "spent"})
    older = alice_client.get(URL, {"sign": "spent", "before": first.context["page"].older})
    assert [len(response.context["rows"]) for response in (first, older)] == [20, 5]
    assert f"sign=spent&amp;before={first.context['page'].older}" in first.content.decode()


def test_what_a_script_cost_leads_to_it_as_long_as_it_is_there(alice, alice_client):
    pay(alice)
    script = finished_script(alice, TWO, title="My tale")
    link = f'<a href="{reverse("voices:generation", args=[script.pk])}">My tale</a>'
    for which in "credits", "scripts":
        assert link in page_of(alice_client, list=which)
    synthesis.delete(script)
    for which in "credits", "scripts":
        page = page_of(alice_client, list=which)
        assert link not in page
        assert "My tale" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_however_much_there_is(
    alice, alice_client, number, django_assert_num_queries
):
    pay(alice)
    for _ in range(number):
        finished_script(alice, TWO)
    alice_client.get(URL)
    with django_assert_num_queries(
        9
    ):  # session, person, 2 of the header, 2 of the meters, chart, ledger, scripts
        alice_client.get(URL)
    with django_assert_num_queries(8):
        alice_client.get(URL, {"list": "scripts"})


def test_the_table_for_spreadsheets_has_all_rows_and_no_formulas(alice, alice_client, secret):
    for n in range(30):
        take(alice, 1, reason="=cmd()" if n == 0 else "Plain", key=str(n))
    response = alice_client.get("/billing/usage/credits.csv", {"sign": "spent"})
    lines = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0] == ["time", "operation", "credits", "balance", "about"]
    assert len(lines) == 31
    assert lines[1][1:] == ["adjustment", "-1", "70", "Plain"]
    assert lines[30][1:] == ["adjustment", "-1", "99", "'=cmd()"]


def test_days_add_up_by_operation(alice, secret):
    pay(alice)
    metering.reserve(alice, SPEECH, 300, key="a", premium=True)
    metering.settle("a", 200)
    metering.reserve(alice, OperationType.MASTER, 2, key="m")
    old = UsageLog.objects.create(user=alice, action="generate_voice", character_count=9)
    UsageLog.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))

    by_day = usage.credits_by_day(alice, 7)
    assert [day.total for day in by_day] == [0] * 6 + [14]
    assert usage.totals(by_day) == {"master": 10, "generate_voice": 2, "premium_voice": 2}
    assert [day.total for day in usage.characters_by_day(alice, 7)] == [0] * 6 + [200]
    assert usage.totals(usage.characters_by_day(alice, 30)) == {"generate_voice": 209}


def test_the_chart_stays_within_its_picture(alice):
    pay(alice)
    metering.reserve(alice, SPEECH, 300, key="a", premium=True)
    for days in usage.DAYS:
        chart = draw(usage.credits_by_day(alice, days))
        assert [bar.amount for bar in chart.bars] == [3, 3]
        for bar in chart.bars:
            assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
            assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
        assert [line.label for line in chart.lines] == [0, 5, 10]
    assert draw([]).bars == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({}, "Characters in the last 30 days"),
        ({"days": "7"}, "Characters in the last 7 days"),
        ({"days": "90", "measure": "credits"}, "Credits in the last 90 days"),
        ({"days": "1000000"}, "Characters in the last 30 days"),
    ],
)
def test_the_chart_looks_back_as_far_as_it_is_asked_to(alice, alice_client, query, title):
    assert title in page_of(alice_client, **query)


def submit(client, **changes):
    data = {"text": TWO, "voice": str(tone_template().pk), "speed": "1", "pitch": "1", "format": "mp3"}
    return client.post("/studio/", data | changes)


def test_the_studio_says_what_it_costs_before_the_button_is_pressed(alice, alice_client):
    metering.reserve(alice, SPEECH, 1_700, key="a")
    page = alice_client.get("/studio/").content.decode()
    assert "You have 8,300 characters left this month; beyond that, each 100 begun cost 1 credit." in page
    assert 'data-left="8300" data-unit="1" data-premium="1" data-balance="100"' in page


def test_too_few_credits_are_said_in_a_sentence_with_a_way_out(alice, alice_client):
    pay(alice)
    take(alice, 100, reason="", key="t")
    page = submit(alice_client, title="Kept").content.decode()
    assert "This needs 1 credit; you have 0." in page
    assert f'href="{reverse("billing:pricing")}">Get credits</a>' in page
    assert "Kept" in page
    assert VoiceGeneration.objects.count() == 0


def test_a_price_that_has_changed_is_asked_for_again(alice, alice_client):
    pay(alice)
    page = submit(alice_client, most_credits="0").content.decode()
    assert "The price has changed: it is 1 credit now." in page
    assert 'data-agreed="1"' in page
    assert VoiceGeneration.objects.count() == 0
    submit(alice_client, most_credits="1")
    assert VoiceGeneration.objects.get().cost == 1


def test_a_retry_or_a_sentence_that_cannot_be_paid_says_so(alice, alice_client):
    pay(alice)
    script = finished_script(alice, TWO)
    take(alice, 99, reason="", key="t")
    segment = script.segments.first()
    response = alice_client.post(
        reverse("voices:segment", args=[segment.pk]), {"text": "Another."}, headers={"HX-Request": "true"}
    )
    assert "This needs 1 credit; you have 0." in response.content.decode()
    VoiceGeneration.objects.update(status="cancelled")
    script.segments.update(status="cancelled")
    page = alice_client.post(reverse("voices:retry", args=[script.pk]), follow=True).content.decode()
    assert "This needs 1 credit; you have 0." in page
    assert ">Get credits</a>" in page


def test_what_speaking_the_rest_costs_is_said_beside_its_button(alice, bob, alice_client):
    pay(alice)
    script = finished_script(alice, "This sentence is fine. This one {tone:fail-permanent} is not.")
    url = reverse("voices:generation", args=[script.pk])
    assert "38 characters are missing: 1 credit." in alice_client.get(url).content.decode()
    Subscription.objects.for_user(alice).update(monthly_character_limit=100)
    page = alice_client.get(url).content.decode()
    assert "38 characters are missing; your plan includes them." in page
    done = finished_script(alice, TWO)
    assert "missing" not in alice_client.get(reverse("voices:generation", args=[done.pk])).content.decode()

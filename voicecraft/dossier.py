"""All that staff want to see of one person, on one page: some rows of each kind, newest first, and a link to all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models import CreditBalance, Subscription, SubscriptionEvent, UsageHistory, UsageLog, UsagePeriod
from projects.models import Project
from voices.models import Voice, VoiceGeneration

ROWS = 10
Columns = dict[Any, Callable[[Any], object]]


@dataclass(frozen=True)
class Row:
    """Where the row's own page is, and what stands in its cells."""

    url: str
    cells: list[object]


@dataclass(frozen=True)
class Panel:
    """A table on the page. `all_url` leads to the whole list."""

    title: Any
    headings: list[Any]
    rows: list[Row]
    all_url: str


def dossier(user: Any) -> list[Panel]:
    """The panels of a person: one query each."""
    return [
        _panel(
            _("Plan"),
            Subscription.objects.for_user(user).select_related("plan").order_by("-pk"),
            {
                _("Plan"): lambda s: s.plan,
                _("Status"): lambda s: s.get_status_display(),
                _("Since"): lambda s: s.created_at,
                _("Characters a month"): lambda s: _or_unlimited(s.monthly_character_limit),
                _("Clones a month"): lambda s: _or_unlimited(s.monthly_voice_clones),
            },
        ),
        _panel(
            _("Balance"),
            CreditBalance.objects.for_user(user).order_by("-pk"),
            {_("Credits"): lambda b: b.credits_remaining, _("Last changed"): lambda b: b.last_synced_at},
        ),
        _panel(
            _("Ledger"),
            UsageHistory.objects.for_user(user).select_related("by").newest_first(),
            {
                _("Time"): lambda row: row.timestamp,
                _("What"): lambda row: row.get_operation_type_display(),
                _("Change"): lambda row: f"{-row.credits_used:+,}",
                _("Balance"): lambda row: f"{row.balance_after:,}",
                _("Reason"): lambda row: row.reason,
                _("By"): lambda row: row.by or "",
            },
        ),
        _panel(
            _("Use by period"),
            UsagePeriod.objects.for_user(user).order_by("-pk"),
            {
                _("From"): lambda p: p.starts_at,
                _("To"): lambda p: p.ends_at,
                _("Characters"): lambda p: f"{p.characters:,}",
                _("Clones"): lambda p: p.clones,
            },
        ),
        _panel(
            _("Usage"),
            UsageLog.objects.for_user(user).order_by("-pk"),
            {
                _("Time"): lambda row: row.created_at,
                _("What"): lambda row: row.get_action_display(),
                _("Characters"): lambda row: row.character_count,
                _("Credits"): lambda row: row.cost,
            },
        ),
        _panel(
            _("Scripts"),
            VoiceGeneration.objects.for_user(user).recent(),
            {
                _("Script"): str,
                _("Voice"): lambda g: g.voice,
                _("Status"): lambda g: g.get_status_display(),
                _("Characters"): lambda g: g.character_count,
                _("Time"): lambda g: g.created_at,
            },
        ),
        _panel(
            _("Voices"),
            Voice.objects.for_user(user).newest_first(),
            {
                _("Voice"): str,
                _("Status"): lambda v: v.get_status_display(),
                _("Public"): lambda v: _("yes") if v.is_public else _("no"),
            },
        ),
        _panel(
            _("Projects"),
            Project.objects.for_user(user).overview(),
            {
                _("Project"): str,
                _("Status"): lambda p: p.get_status_display(),
                _("Audios"): lambda p: p.audio_count,
                _("Expert"): lambda p: p.expert or "",
                _("Deadline"): lambda p: p.deadline,
            },
        ),
        _panel(
            _("Payment events"),
            SubscriptionEvent.objects.for_user(user).order_by("-pk"),
            {
                _("Time"): lambda e: e.occurred_at,
                _("Event"): lambda e: e.event_type,
                _("State"): lambda e: e.get_state_display(),
                _("Error"): lambda e: e.error,
            },
        ),
    ]


def _panel(title: Any, rows: QuerySet[Any], columns: Columns, filter_by: str = "user__id__exact") -> Panel:
    base = f"admin:{rows.model._meta.app_label}_{rows.model._meta.model_name}"
    shown = list(rows[:ROWS])
    owner = f"?{filter_by}={shown[0].user_id}" if shown else ""
    return Panel(
        title=title,
        headings=list(columns),
        rows=[Row(reverse(f"{base}_change", args=[row.pk]), _cells(row, columns.values())) for row in shown],
        all_url=reverse(f"{base}_changelist") + owner,
    )


def _cells(row: Model, columns: Iterable[Callable[[Any], object]]) -> list[object]:
    return [column(row) for column in columns]


def _or_unlimited(number: int | None) -> object:
    return _("unlimited") if number is None else f"{number:,}"

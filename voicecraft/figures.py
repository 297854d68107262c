"""The figures on the administration's first page, in as many queries as there are figures."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDay
from django.utils import timezone

from accounts.models import User
from billing.enums import OperationType
from billing.models import CreditBalance, UsageHistory
from voices.enums import GenerationStatus
from voices.models import VoiceGeneration

DAYS = 30
FAILED_SHOWN = 10
CHART_HEIGHT = 100
BAR_WIDTH, BAR_STEP = 14, 18


@dataclass(frozen=True)
class Bar:
    """One day of the chart: how many signed up, and where its bar stands, in the chart's own units."""

    day: date
    number: int
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Figures:
    users: int
    growth: list[Bar]
    operations: list[dict[str, Any]]
    low_balances: int
    failed_number: int
    failed: list[VoiceGeneration]

    @property
    def signed_up(self) -> int:
        """How many in the days of the chart."""
        return sum(bar.number for bar in self.growth)

    @property
    def chart_width(self) -> int:
        return len(self.growth) * BAR_STEP


def figures() -> Figures:
    """How the studio is doing now and was doing over the last 30 days."""
    since = timezone.now() - timedelta(days=DAYS - 1)
    failed = VoiceGeneration.objects.filter(status=GenerationStatus.FAILED, updated_at__gte=since)
    return Figures(
        users=User.objects.count(),
        growth=_growth(),
        operations=[
            row | {"label": OperationType(row["operation_type"]).label}
            for row in UsageHistory.objects.filter(timestamp__gte=since)
            .by_operation()
            .order_by("-number", "operation_type")
        ],
        low_balances=CreditBalance.objects.low().count(),
        failed_number=failed.count(),
        failed=list(failed.select_related("user").order_by("-pk")[:FAILED_SHOWN]),
    )


def _growth() -> list[Bar]:
    today = timezone.now().date()  # UTC, as all the figures
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    found = (
        User.objects.filter(created_at__gte=datetime.combine(days[0], time.min, tzinfo=UTC))
        .order_by()
        .annotate(day=TruncDay("created_at", tzinfo=UTC))
        .values_list("day")
        .annotate(number=Count("pk"))
    )
    numbers = {moment.date(): number for moment, number in found}
    most = max([1, *numbers.values()])
    bars = []
    for place, day in enumerate(days):
        height = round(CHART_HEIGHT * numbers.get(day, 0) / most)
        bars.append(Bar(day, numbers.get(day, 0), place * BAR_STEP, CHART_HEIGHT - height, height))
    return bars

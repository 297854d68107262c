"""What a user has and what they used."""

import csv
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import SignedInRequest
from accounts.paging import paginate
from billing import chart
from billing import usage as figures
from billing.enums import OperationType


@login_required
@require_GET
def usage(request: SignedInRequest) -> HttpResponse:
    """Balance, allowances, a chart of some days, and a page of the ledger or of the scripts."""
    days = next((n for n in figures.DAYS if str(n) == request.GET.get("days")), 30)
    measure = "credits" if request.GET.get("measure") == "credits" else "characters"
    read = figures.credits_by_day if measure == "credits" else figures.characters_by_day
    by_day = read(request.user, days)
    context = {
        "meter": figures.meter_of(request.user),
        "chart": chart.draw(by_day),
        "totals": {OperationType(name): total for name, total in figures.totals(by_day).items()},
        "days": days,
        "days_choices": figures.DAYS,
        "measure": measure,
        **_table(request),
    }
    return render(request, "billing/usage.html", context)


@login_required
@require_GET
def usage_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """The ledger as it is filtered, for a spreadsheet."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow(line) for line in figures.ledger_table(_ledger(request)))
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="voicecraft-credits.csv"'},
    )


class _Echo:
    """A file that hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _ledger(request: SignedInRequest) -> Any:
    return figures.ledger_rows(
        request.user, operation=request.GET.get("operation", ""), sign=request.GET.get("sign", "")
    )


def _table(request: SignedInRequest) -> dict[str, Any]:
    before, after = request.GET.get("before"), request.GET.get("after")
    if request.GET.get("list") == "scripts":
        return {
            "list": "scripts",
            "page": paginate(figures.scripts(request.user), before=before, after=after),
        }
    page = paginate(_ledger(request), before=before, after=after)
    links = figures.scripts_behind(page.items)
    return {
        "list": "credits",
        "page": page,
        "rows": [
            (row, OperationType(row.operation_type), -row.credits_used, links.get(row.pk))
            for row in page.items
        ],
        "operations": list(OperationType),
        "operation": request.GET.get("operation", ""),
        "sign": request.GET.get("sign", ""),
    }

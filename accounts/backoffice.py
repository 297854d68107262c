"""What the administration's pages share: tables that are only looked at, and acts that are logged."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext


class LookOnlyAdmin(ModelAdmin):
    """Rows that staff look at and do not edit. Acts on them name the permission "operate"."""

    show_full_result_count = False  # counting millions of rows is slow and helps nobody

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, _obj: Model | None = None) -> bool:
        return self._may(request, "view") or self._may(request, "change")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "change")

    def _may(self, request: HttpRequest, act: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{act}_{self.opts.model_name}")


def act_on_each(
    admin: ModelAdmin,
    request: HttpRequest,
    queryset: QuerySet[Any],
    act: Callable[[Any], object],
    *,
    note: str,
    refusals: tuple[type[Exception], ...] = (),
) -> None:
    """Do `act` to each row and write `note` into its log; `refusals` are shown and leave that row as it is."""
    done = 0
    for row in queryset:
        try:
            act(row)
        except refusals as refusal:
            admin.message_user(request, f"{row}: {refusal}", messages.ERROR)
        else:
            admin.log_change(request, row, note)
            done += 1
    if done:
        text = ngettext("%(note)s: %(number)d row.", "%(note)s: %(number)d rows.", done)
        admin.message_user(request, text % {"note": note, "number": done}, messages.SUCCESS)

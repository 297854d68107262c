"""A person's page with all that is theirs, and what staff can do for them. It stands here as it reaches all apps."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from accounts.admin import UserAdmin
from accounts.models import User
from billing.credits import grant, take
from billing.exceptions import BillingError
from billing.forms import CreditsForm, PlanChoiceForm
from billing.subscriptions import put_on_plan
from voicecraft.dossier import dossier
from voices.leaving import delete_user

CREDITS_PERMISSION = "billing.change_creditbalance"
PLAN_PERMISSION = "billing.change_subscription"

admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):
    change_form_template = "admin/accounts/user/person.html"
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<uuid:pk>/credits/", self.admin_site.admin_view(self.credits), name="accounts_user_credits"
            ),
            path("<uuid:pk>/plan/", self.admin_site.admin_view(self.plan), name="accounts_user_plan"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With what belongs to the person below the form."""
        user = self.get_object(request, object_id)
        extra = {
            "panels": dossier(user) if user else [],
            "may_change_credits": request.user.has_perm(CREDITS_PERMISSION),
            "may_change_plan": request.user.has_perm(PLAN_PERMISSION),
        }
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def credits(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Grant credits, or take some back, with a reason."""

        def change(user: User, data: dict[str, Any]) -> str:
            granted = data["act"] == CreditsForm.GRANT
            act = grant if granted else take
            key = f"staff:{data['key']}"
            act(user, data["credits"], reason=data["reason"], key=key, by=request.user)
            said = (
                _("%(number)s credits granted: %(reason)s")
                if granted
                else _("%(number)s credits taken: %(reason)s")
            )
            return said % {"number": data["credits"], "reason": data["reason"]}

        return self._act(request, pk, CreditsForm, change, _("Grant or take credits"), CREDITS_PERMISSION)

    def plan(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Put the person on a plan by hand."""

        def change(user: User, data: dict[str, Any]) -> str:
            put_on_plan(user, data["plan"])
            return _("Put on the plan %(plan)s") % {"plan": data["plan"]}

        return self._act(request, pk, PlanChoiceForm, change, _("Put on a plan"), PLAN_PERMISSION)

    def _act(
        self,
        request: HttpRequest,
        pk: UUID,
        form_class: type[Form],
        change: Callable[[User, dict[str, Any]], str],
        title: str,
        permission: str,
    ) -> HttpResponse:
        """A page with one form: what it asks for is done by `change`, which says what it did, for the log."""
        user = self.get_object(request, str(pk))
        if user is None:
            raise Http404
        if not (request.user.has_perm(permission) and self.has_change_permission(request, user)):
            raise PermissionDenied
        form = form_class(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                done = change(user, form.cleaned_data)
            except BillingError as refusal:
                form.add_error(None, refusal.message)
            else:
                self.log_change(request, user, done)
                self.message_user(request, done, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": user, "form": form}
        return TemplateResponse(request, "admin/accounts/user/act.html", {**context, "title": title})

    def _each(self, request: HttpRequest, people_: QuerySet[User], change: Any) -> None:
        chosen = list(people_)
        super()._each(request, people_, change)
        for user in chosen:
            self.log_change(request, user, change.__doc__.splitlines()[0])

    def get_deleted_objects(self, objs: Any, _request: HttpRequest) -> Any:
        """Everything of theirs goes, whatever else this member of staff may delete; it is said by number."""
        lines: list[Any] = []
        for user in objs:
            kinds = [
                (_("voices"), user.voices),
                (_("scripts"), user.voicegenerations),
                (_("audios"), user.audios),
            ]
            kinds.append((_("projects"), user.projects))
            lines += [str(user), [f"{name}: {rows.count():,}" for name, rows in kinds]]
        return lines, {self.opts.verbose_name_plural: len(objs)}, set(), []

    def delete_model(self, _request: HttpRequest, obj: User) -> None:
        delete_user(obj)

    def delete_queryset(self, _request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            delete_user(user)

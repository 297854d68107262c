"""Staff's view of people. Signing in to the administration goes through the same door as everybody's."""

from typing import Any

import allauth.account.admin
import allauth.usersessions.admin  # noqa: F401  these two register what is taken out below
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import people
from accounts.models import User

# With its limits on attempts and its second factors
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Their own pages change one record of two: an address is also on the user, a session also in Django's table.
admin.site.unregister([EmailAddress, UserSession])

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    add_form = UserCreationForm
    list_display = ("email", "name", "is_active", "is_staff", "is_verified", "created_at", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("-id",)
    date_hierarchy = "created_at"
    actions = ("suspend", "reactivate", "verify")
    readonly_fields = ("is_active", "email_verified_at", "created_at", "updated_at", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Standing"), {"fields": ("is_active", "email_verified_at")}),
        (_("Powers"), {"fields": POWERS}),
        (_("Dates"), {"fields": ("created_at", "updated_at", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)

    @admin.display(boolean=True, description=_("verified"), ordering="email_verified_at")
    def is_verified(self, user: User) -> bool:
        return user.email_verified_at is not None

    def get_readonly_fields(self, request: HttpRequest, _obj: User | None = None) -> tuple[str, ...]:
        """Only superusers hand out powers; else any of the staff could make themselves one."""
        superuser = request.user.is_superuser
        return self.readonly_fields + (() if superuser else POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's password and address are beyond the reach of other staff."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        obj.email = obj.email.lower()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            people.replace_email(obj, obj.email)

    @admin.action(description=_("Suspend: sign out everywhere and refuse sign-in"), permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        others = queryset.filter(is_active=True).exclude(pk=str(request.user.pk))
        chosen = self._within_reach(request, others)
        self._each(request, chosen, people.suspend)

    @admin.action(description=_("Reactivate"), permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        chosen = self._within_reach(request, queryset.filter(is_active=False))
        self._each(request, chosen, people.reactivate)

    @admin.action(description=_("Take the address for verified"), permissions=["change"])
    def verify(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        chosen = self._within_reach(request, queryset.filter(email_verified_at=None))
        self._each(request, chosen, people.verify)

    def _within_reach(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset if request.user.is_superuser else queryset.exclude(is_superuser=True)

    def _each(self, request: HttpRequest, people_: QuerySet[User], change: Any) -> None:
        changed = [change(user) for user in people_]
        text = ngettext("%d account was changed.", "%d accounts were changed.", len(changed)) % len(changed)
        self.message_user(request, text, messages.SUCCESS if changed else messages.WARNING)

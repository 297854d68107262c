"""Staff's view of plans, prices, subscriptions, credits and usage. Credits are granted on a user's own page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.backoffice import LookOnlyAdmin, act_on_each
from billing import events
from billing.enums import EventState
from billing.forms import COST_NAMES, PlanForm, SettingsForm
from billing.models import (
    AdminSettings,
    CreditBalance,
    CreditPack,
    Feature,
    Plan,
    Subscription,
    SubscriptionEvent,
    UsageHistory,
    UsageLog,
    UsagePeriod,
)
from billing.money import money
from billing.querysets import LOW_BALANCE
from billing.subscriptions import LIMITS


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    form = PlanForm
    list_display = (
        "name",
        "key",
        "active",
        "monthly",
        "yearly",
        "credits",
        "characters",
        "subscribers",
        "sort_order",
    )
    list_filter = ("active", "billing_source")
    search_fields = ("name", "key")
    fieldsets = (
        (None, {"fields": ("name", "key", "description", "active", "sort_order")}),
        (_("What it gives"), {"fields": ("credits", *LIMITS)}),
        (_("Price"), {"fields": ("currency", "price_monthly_cents", "price_yearly_cents")}),
        (_("Costs on this plan"), {"fields": COST_NAMES}),
        (_("On the pricing page"), {"fields": ("badge", "highlight", "cta_type", "cta_label", "cta_url")}),
        (_("Payment"), {"fields": ("billing_source", "external_id")}),
    )

    def get_queryset(self, _request: HttpRequest) -> QuerySet[Plan]:
        return Plan.objects.with_subscriber_count()

    def get_readonly_fields(self, _request: HttpRequest, obj: Plan | None = None) -> tuple[str, ...]:
        """The key is what code and payment services know a plan by."""
        return ("key",) if obj else ()

    @admin.display(description=_("a month"), ordering="price_monthly_cents")
    def monthly(self, plan: Plan) -> str:
        return _price(plan.price_monthly_cents, plan.currency)

    @admin.display(description=_("a year"), ordering="price_yearly_cents")
    def yearly(self, plan: Plan) -> str:
        return _price(plan.price_yearly_cents, plan.currency)

    @admin.display(description=_("characters"), ordering="monthly_character_limit")
    def characters(self, plan: Plan) -> str:
        return (
            f"{plan.monthly_character_limit:,}"
            if plan.monthly_character_limit is not None
            else str(_("unlimited"))
        )

    @admin.display(description=_("on it now"), ordering="subscriber_count")
    def subscribers(self, plan: Any) -> str:
        url = reverse("admin:billing_subscription_changelist")
        return format_html('<a href="{}?plan__id__exact={}">{}</a>', url, plan.pk, plan.subscriber_count)


@admin.register(AdminSettings)
class AdminSettingsAdmin(admin.ModelAdmin):
    form = SettingsForm
    fieldsets = (
        (
            None,
            {"fields": COST_NAMES, "description": _("What each operation costs where a plan says nothing.")},
        ),
    )

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: AdminSettings | None = None) -> bool:
        return False

    def changelist_view(self, _request: HttpRequest, _extra_context: Any = None) -> HttpResponse:
        """There is one row: open it."""
        row = AdminSettings.objects.load()
        return HttpResponseRedirect(reverse("admin:billing_adminsettings_change", args=[row.pk]))


@admin.register(Feature)
class FeatureAdmin(admin.ModelAdmin):
    list_display = ("name", "workspace_id", "tags")
    list_filter = ("workspace_id",)
    search_fields = ("name", "description")


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    """Only the limits can be edited: that is how a special deal is made. Plans are changed on the user's page."""

    list_display = ("user", "plan", "status", "stripe_current_period_end", "created_at", "cancelled_at")
    list_filter = ("status", "plan")
    list_select_related = ("user", "plan")
    search_fields = ("user__email", "stripe_customer_id", "stripe_subscription_id")
    date_hierarchy = "created_at"
    show_full_result_count = False
    readonly_fields = (
        "user",
        "plan",
        "status",
        "stripe_customer_id",
        "stripe_subscription_id",
        "stripe_price_id",
        "stripe_current_period_end",
        "interval",
        "next_plan",
        "past_due_since",
        "created_at",
        "cancelled_at",
    )
    fieldsets = (
        (None, {"fields": readonly_fields}),
        (_("Limits as sold"), {"fields": LIMITS}),
    )

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Subscription | None = None) -> bool:
        return False


@admin.register(SubscriptionEvent)
class SubscriptionEventAdmin(LookOnlyAdmin):
    list_display = ("event_type", "state", "user", "plan_key", "status", "occurred_at", "attempts")
    list_filter = ("state", "source", "event_type")
    list_select_related = ("user",)
    search_fields = ("event_id", "event_type", "user__email")
    date_hierarchy = "occurred_at"
    actions = ("replay",)

    @admin.action(description=_("Handle once more"), permissions=["operate"])
    def replay(self, request: HttpRequest, queryset: QuerySet[SubscriptionEvent]) -> None:
        """What an event granted before is not granted again."""
        known = queryset.exclude(state=EventState.IGNORED)
        act_on_each(self, request, known, events.replay, note=str(_("Handled once more")))


@admin.register(CreditPack)
class CreditPackAdmin(admin.ModelAdmin):
    list_display = ("name", "credits", "price", "active", "sort_order")
    list_filter = ("active",)
    fieldsets = (
        (None, {"fields": ("name", "credits", "price_cents", "currency", "active", "sort_order")}),
        (_("Payment"), {"fields": ("external_id",)}),
    )

    @admin.display(description=_("price"), ordering="price_cents")
    def price(self, pack: CreditPack) -> str:
        return money(pack.price_cents, pack.currency)


class LowBalanceFilter(admin.SimpleListFilter):
    title = _("balance")
    parameter_name = "balance"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [("low", _("under %(number)s") % {"number": LOW_BALANCE})]

    def queryset(self, _request: HttpRequest, queryset: Any) -> Any:
        return queryset.low() if self.value() == "low" else queryset


@admin.register(CreditBalance)
class CreditBalanceAdmin(LookOnlyAdmin):
    list_display = ("user", "credits_remaining", "last_synced_at")
    list_filter = (LowBalanceFilter,)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("credits_remaining", "pk")


@admin.register(UsageHistory)
class UsageHistoryAdmin(LookOnlyAdmin):
    list_display = ("timestamp", "user", "operation_type", "credits_used", "balance_after", "reason", "by")
    list_filter = ("operation_type",)
    list_select_related = ("user", "by")
    search_fields = ("user__email", "key", "reason")
    date_hierarchy = "timestamp"
    ordering = ("-id",)


@admin.register(UsageLog)
class UsageLogAdmin(LookOnlyAdmin):
    list_display = ("created_at", "user", "action", "character_count", "cost")
    list_filter = ("action",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    date_hierarchy = "created_at"
    ordering = ("-id",)


@admin.register(UsagePeriod)
class UsagePeriodAdmin(LookOnlyAdmin):
    list_display = ("user", "starts_at", "ends_at", "characters", "clones")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    date_hierarchy = "starts_at"
    ordering = ("-id",)


def _price(cents: int | None, currency: str) -> str:
    return f"{cents / 100:,.2f} {currency}" if cents is not None else str(_("on request"))

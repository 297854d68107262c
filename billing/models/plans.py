from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base import Row
from accounts.tags import clean_tags, clean_tags_constraint, tags_field
from billing.enums import BillingSource, CallToAction
from billing.querysets import AdminSettingsQuerySet, PlanQuerySet
from billing.validators import validate_costs

CURRENCY = r"^[A-Z]{3}$"  # ISO 4217


class Plan(Row):
    """What can be subscribed to. Staff edit it; a subscription keeps the limits that it was sold with."""

    key = models.SlugField(max_length=40, unique=True, help_text=_("Its fixed name: “pro”."))
    name = models.CharField(max_length=60)
    description = models.TextField(blank=True)
    credits = models.PositiveIntegerField(help_text=_("Granted each period."))
    monthly_character_limit = models.PositiveIntegerField(
        null=True, blank=True, default=10_000, help_text=_("Empty: unlimited.")
    )
    monthly_voice_clones = models.PositiveIntegerField(
        null=True, blank=True, default=1, help_text=_("Empty: unlimited.")
    )
    allow_custom_voices = models.BooleanField(default=False)
    allow_commercial_use = models.BooleanField(default=False)
    features = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_costs],
        help_text=_("Costs in credits that differ on this plan, by operation."),
    )

    active = models.BooleanField(default=True, help_text=_("Off: no longer sold. Who is on it stays."))
    sort_order = models.IntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, validators=[RegexValidator(CURRENCY)])
    price_monthly_cents = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Empty: on request.")
    )
    price_yearly_cents = models.PositiveIntegerField(null=True, blank=True, help_text=_("Empty: on request."))

    badge = models.CharField(max_length=40, blank=True)
    highlight = models.BooleanField(default=False)
    cta_type = models.CharField(
        _("button"), max_length=20, choices=CallToAction, default=CallToAction.CHECKOUT, blank=True
    )
    cta_label = models.CharField(_("button text"), max_length=40, blank=True)
    cta_url = models.CharField(_("button address"), max_length=300, blank=True)

    billing_source = models.CharField(max_length=20, choices=BillingSource, default=BillingSource.MANUAL)
    external_id = models.CharField(  # noqa: DJ001  unique where there is one
        max_length=100, null=True, blank=True, help_text=_("What the source calls it: a product of Stripe's.")
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("sort_order", "id")
        constraints = [
            models.UniqueConstraint(fields=["billing_source", "external_id"], name="plan_external_id_unique"),
            models.CheckConstraint(
                condition=Q(currency="") | Q(currency__regex=CURRENCY), name="plan_currency"
            ),
            models.CheckConstraint(
                condition=Q(price_monthly_cents=None, price_yearly_cents=None) | ~Q(currency=""),
                name="plan_price_has_currency",
                violation_error_message=_("A price needs its currency."),
            ),
            models.CheckConstraint(
                condition=Q(billing_source__in=BillingSource.values), name="plan_source_known"
            ),
            models.CheckConstraint(
                condition=Q(cta_type__in=["", *CallToAction.values]), name="plan_cta_known"
            ),
        ]
        indexes = [
            models.Index(fields=["active"], name="plan_active"),
            models.Index(fields=["sort_order"], name="plan_sort_order"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.external_id = self.external_id or None  # an empty text would count as taken


class AdminSettings(models.Model):
    """What staff set for the whole product: one row."""

    id = models.CharField(primary_key=True, max_length=20, default="singleton", editable=False)
    feature_costs = models.JSONField(default=dict, blank=True, validators=[validate_costs])
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AdminSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("feature costs")
        constraints = [models.CheckConstraint(condition=Q(id="singleton"), name="settings_are_one_row")]

    def __str__(self) -> str:
        return str(_("Feature costs"))


class Feature(Row):
    """Something that the product can do, as a workspace lists it. No table stands behind `workspace_id`."""

    workspace_id = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    tags = tags_field()

    class Meta:
        constraints = [clean_tags_constraint("feature_tags_clean")]
        indexes = [
            models.Index(fields=["workspace_id"], name="feature_workspace"),
            models.Index(fields=["name"], name="feature_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.tags = clean_tags(self.tags)

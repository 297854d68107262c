"""Forms of the administration: costs as one number for each operation, and credits that change hands."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base import new_id
from billing.enums import OperationType
from billing.models import AdminSettings, Plan
from billing.plans import DEFAULT_COSTS

PREFIX = "cost_"
COST_NAMES = tuple(f"{PREFIX}{operation}" for operation in OperationType.priced())


def _cost_fields(*, required: bool, help_text: Any) -> dict[str, forms.Field]:
    return {
        f"{PREFIX}{operation}": forms.IntegerField(
            label=operation.label, min_value=0, required=required, help_text=help_text
        )
        for operation in OperationType.priced()
    }


class CostsForm(forms.ModelForm):
    """Turns a JSON column of costs into one field for each operation and back."""

    column: ClassVar[str]
    defaults: ClassVar[dict[OperationType, int]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        costs = self.defaults | getattr(self.instance, self.column)
        for operation in OperationType.priced():
            self.fields[f"{PREFIX}{operation}"].initial = costs.get(operation)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        costs = {operation.value: data.get(f"{PREFIX}{operation}") for operation in OperationType.priced()}
        setattr(self.instance, self.column, {name: cost for name, cost in costs.items() if cost is not None})
        return data


class _PlanForm(CostsForm):
    column = "features"

    class Meta:
        model = Plan
        exclude = ("features",)  # noqa: DJ006  the administration names the fields


class _SettingsForm(CostsForm):
    column = "feature_costs"
    defaults = DEFAULT_COSTS

    class Meta:
        model = AdminSettings
        fields = ()


PlanForm = type(
    "PlanForm", (_PlanForm,), _cost_fields(required=False, help_text=_("Credits. Empty: as everybody pays."))
)
SettingsForm = type("SettingsForm", (_SettingsForm,), _cost_fields(required=True, help_text=_("Credits.")))


class CreditsForm(forms.Form):
    """Staff grant credits to a user or take some back, and say why."""

    GRANT, TAKE = "grant", "take"

    act = forms.ChoiceField(
        label=_("What to do"),
        choices=[(GRANT, _("Grant credits")), (TAKE, _("Take credits back"))],
        widget=forms.RadioSelect,
        initial=GRANT,
    )
    credits = forms.IntegerField(label=_("Credits"), min_value=1, max_value=1_000_000)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The user sees it in their history.")
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)  # a form sent twice counts once


class PlanChoiceForm(forms.Form):
    """Staff put a user on a plan by hand."""

    plan = forms.ModelChoiceField(
        label=_("Plan"),
        queryset=Plan.objects.filter(active=True).order_by("sort_order"),
        help_text=_("It begins now, with the limits that it has now; the current one ends."),
    )

"""What JSON fields of billing may hold."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from billing.enums import OperationType


def validate_costs(costs: Any) -> None:
    """`costs` maps operations to whole credits, zero or more; ValidationError says what does not."""
    if not isinstance(costs, dict):
        raise ValidationError(_("Costs are given as an object: operation to credits."))
    known = {operation.value for operation in OperationType.priced()}
    for operation, credits in costs.items():
        if operation not in known:
            raise ValidationError(_("There is no operation “%(name)s”.") % {"name": operation})
        if not isinstance(credits, int) or isinstance(credits, bool) or credits < 0:
            raise ValidationError(
                _("The cost of “%(name)s” is no whole number of credits.") % {"name": operation}
            )

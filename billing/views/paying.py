"""What the pages that lead to Stripe share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from billing import stripe_api
from billing.exceptions import BillingError

View = Callable[..., HttpResponseBase]


def leads_to_stripe(view: View) -> View:
    """The page's forms may end at Stripe: browsers hold a form's redirects to the page's own policy, too."""

    @wraps(view)
    def allowing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allowed = {"form-action": [SELF, *stripe_api.pages()]}
        return csp_update(allowed)(view)(request, *args, **kwargs)

    return allowing


def refusals_are_said(back_to: str) -> Callable[[View], View]:
    """A BillingError becomes a message on the page named `back_to`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def saying(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not stripe_api.is_set_up():
                messages.error(request, _("Payment is not set up here. Ask the people who run this site."))
                return redirect(back_to)
            try:
                return view(request, *args, **kwargs)
            except BillingError as error:
                messages.error(request, error.message)
                return redirect(back_to)

        return saying

    return decorate

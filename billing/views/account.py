"""The user's plan, what is left of it, and the ways to pay, change and leave."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import SignedInRequest
from billing import catalog, changes, checkout, periods, stripe_api
from billing.credits import account_of
from billing.customers import known_customer
from billing.enums import BillingInterval, EventState
from billing.exceptions import PaymentError
from billing.models import CreditPack, Plan, SubscriptionEvent
from billing.subscriptions import current_of, grace_ends
from billing.views.paying import leads_to_stripe, refusals_are_said


@login_required
@require_GET
@leads_to_stripe
def account(request: SignedInRequest) -> HttpResponse:
    """The plan, its period, what is left of it, credits, and invoices (loaded afterwards)."""
    balance = account_of(request.user)
    subscription = current_of(request.user)
    bounds = periods.bounds_of(subscription, timezone.now())
    used = periods.newest_in(request.user, bounds)
    context = {
        "subscription": subscription,
        "cents": catalog.price_cents(subscription.plan, subscription.interval),
        "grace_ends_at": grace_ends(subscription),
        "balance": balance,
        "bounds": bounds,
        "characters_used": used.characters if used else 0,
        "clones_used": used.clones if used else 0,
        "packs": CreditPack.objects.on_sale(),
        "is_customer": known_customer(request.user) is not None,
        "can_pay": stripe_api.is_set_up(),
        "test_payments": stripe_api.is_test(),
    }
    return render(request, "billing/account.html", context)


@login_required
@require_GET
def invoices(request: SignedInRequest) -> HttpResponse:
    """The next invoice and the newest ones, as Stripe has them: a page of its own, or a part of the billing page."""
    customer = known_customer(request.user) if stripe_api.is_set_up() else None
    subscription = current_of(request.user)
    context: dict[str, Any] = {"invoices": []}
    try:
        if customer:
            context["invoices"] = [
                invoice | {"day": datetime.fromtimestamp(invoice["created"], UTC)}
                for invoice in stripe_api.invoices(customer)
            ]
        if subscription.stripe_subscription_id and not subscription.ends_with_period:
            context["coming"] = stripe_api.next_invoice(subscription.stripe_subscription_id)
    except PaymentError as error:
        context["trouble"] = error.message
    name = "billing/partials/invoices.html" if request.htmx else "billing/invoices.html"
    return render(request, name, context)


@login_required
@require_POST
@refusals_are_said("billing:pricing")
def buy_plan(request: SignedInRequest) -> HttpResponse:
    """To Checkout, for a plan."""
    plan, interval = _wanted(request.POST)
    url = checkout.buy_plan(request.user, plan, interval, _way_back(request))
    return redirect(url)


@login_required
@require_POST
@refusals_are_said("billing:pricing")
def buy_pack(request: SignedInRequest) -> HttpResponse:
    """To Checkout, for credits."""
    try:
        pk = UUID(request.POST.get("pack", ""))
    except ValueError as error:
        raise Http404 from error
    pack = get_object_or_404(CreditPack.objects.on_sale(), pk=pk)
    return redirect(checkout.buy_pack(request.user, pack, _way_back(request)))


@login_required
@require_GET
def returned(request: SignedInRequest) -> HttpResponse:
    """Back from paying: wait until the payment service itself has said that it was paid. This grants nothing."""
    session = request.GET.get("session", "")
    plan = request.GET.get("plan", "")
    if plan:
        done = current_of(request.user).plan.key == plan
    else:
        mine = SubscriptionEvent.objects.for_user(request.user).filter(state=EventState.HANDLED)
        done = mine.about(session).exists()
    if done:
        messages.success(request, _("Thank you, the payment is confirmed."))
        url = reverse("billing:account")
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    if request.htmx:
        return HttpResponse(status=204)
    return render(request, "billing/returned.html", {"test_payments": stripe_api.is_test()})


@login_required
@require_POST
@refusals_are_said("billing:account")
def portal(request: SignedInRequest) -> HttpResponse:
    """To the portal, for cards, addresses and receipts."""
    return redirect(checkout.portal(request.user, request.build_absolute_uri(reverse("billing:account"))))


@login_required
@require_http_methods(["GET", "POST"])
@refusals_are_said("billing:pricing")
def change(request: SignedInRequest) -> HttpResponse:
    """What another plan means and costs now; and on POST, the change."""
    if request.method == "GET":
        planned = changes.preview(request.user, *_wanted(request.GET))
        context = {
            "change": planned,
            "cents": catalog.price_cents(planned.plan, planned.interval),
            "subscription": current_of(request.user),
            "test_payments": stripe_api.is_test(),
        }
        return render(request, "billing/change.html", context)
    made = changes.change(request.user, *_wanted(request.POST))
    if made.at_once:
        return redirect(f"{reverse('billing:returned')}?plan={made.plan.key}")
    messages.success(request, _("%(plan)s follows when the period ends.") % {"plan": made.plan.name})
    return redirect("billing:account")


@login_required
@require_POST
@refusals_are_said("billing:account")
def cancel(request: SignedInRequest) -> HttpResponse:
    """Leave the plan when the period ends."""
    ends_at = changes.cancel(request.user).stripe_current_period_end
    day = date_format(ends_at, "DATE_FORMAT") if ends_at else ""
    undo = f"undo:{reverse('billing:keep')}"
    messages.success(request, _("Cancelled. Your plan stays until %(day)s.") % {"day": day}, extra_tags=undo)
    return redirect("billing:account")


@login_required
@require_POST
@refusals_are_said("billing:account")
def keep(request: SignedInRequest) -> HttpResponse:
    """Stay on the plan after all."""
    changes.keep(request.user)
    messages.success(request, _("Your plan goes on as it is."))
    return redirect("billing:account")


def _wanted(data: Any) -> tuple[Plan, BillingInterval]:
    """The plan and the interval that a form or an address names; 404 if there is no such plan."""
    plan = get_object_or_404(Plan.objects.on_sale(), key=data.get("plan", ""))
    year = data.get("interval") == BillingInterval.YEAR
    return plan, BillingInterval.YEAR if year else BillingInterval.MONTH


def _way_back(request: SignedInRequest) -> checkout.WayBack:
    done = request.build_absolute_uri(reverse("billing:returned"))
    left = request.build_absolute_uri(reverse("billing:pricing"))
    return checkout.WayBack(done=f"{done}?session={checkout.SESSION}", left=left)

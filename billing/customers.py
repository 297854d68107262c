"""Who a user is at Stripe."""

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection

from billing import stripe_api
from billing.models import Subscription, SubscriptionEvent
from billing.subscriptions import current_of


def known_customer(user: Any) -> str | None:
    """The user's id as a customer; None if they never went to pay."""
    found = Subscription.objects.for_user(user).with_customer().first()
    return found.stripe_customer_id if found else None


def customer_of(user: Any) -> str:
    """The user's id as a customer, made there if there is none. PaymentError where Stripe does not answer."""
    if known := known_customer(user):
        return known
    # After a customer was deleted there, the same key would bring the deleted one back
    deleted = SubscriptionEvent.objects.for_user(user).filter(event_type="customer.deleted").count()
    key = f"voicecraft-customer-{user.pk}-{deleted}"
    customer = stripe_api.create_customer(user.email, user.get_full_name(), str(user.pk), key=key)
    current = current_of(user)
    Subscription.objects.filter(pk=current.pk, stripe_customer_id=None).update(stripe_customer_id=customer)
    return customer


def owner_of(customer: str | None, user_id: str | None = None) -> Any:
    """The user behind a customer: as our rows say, else as we noted it at Stripe. None if nobody here is."""
    if customer and (row := Subscription.objects.filter(stripe_customer_id=customer).first()):
        return row.user
    try:
        return get_user_model().objects.filter(pk=UUID(user_id or "")).first()
    except ValueError:  # none, or what another program noted there
        return None


def take_turns(customer: str) -> None:
    """Wait until nobody else works on what this customer has, to the end of the transaction.

    What is fetched from Stripe after this is as new as anything that has been written here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"stripe:{customer}"])

"""What comes to the webhook's address: who may send it, that it is kept once, and that it is handled at last."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
import stripe
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from billing import events
from billing.enums import EventState
from billing.models import Subscription, SubscriptionEvent
from billing.subscriptions import current_of

SECRET = "whsec_test"
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def _a_key(settings):
    """A key is set; no test here may need Stripe itself, so nobody listens at its address."""
    settings.STRIPE_SECRET_KEY = "sk_test_webhooks"
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"


def body_of(kind="customer.deleted", thing=None, event_id=None):
    event = {
        "id": event_id or f"evt_{next(NUMBERS)}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "type": kind,
        "data": {"object": thing or {"id": "cus_1", "object": "customer", "metadata": {}}},
    }
    return json.dumps(event).encode()


def signature_of(body, secret=SECRET, age_seconds=0):
    timestamp = int(time.time()) - age_seconds
    signed = stripe.WebhookSignature._compute_signature(f"{timestamp}.{body.decode()}", secret)
    return f"t={timestamp},v1={signed}"


def send(body, signature=None):
    headers = {"Stripe-Signature": signature_of(body) if signature is None else signature}
    response = Client(headers=headers).post(reverse("billing:webhook"), body, content_type="application/json")
    return response.status_code


def states():
    return list(SubscriptionEvent.objects.order_by("pk").values_list("event_type", "state"))


@pytest.mark.django_db
def test_what_stripe_signed_is_kept_as_it_came():
    body = body_of(event_id="evt_kept")
    assert send(body) == 200
    event = SubscriptionEvent.objects.get()
    assert (event.event_id, event.event_type, event.state) == (
        "evt_kept",
        "customer.deleted",
        EventState.RECEIVED,
    )
    assert event.metadata == json.loads(body)
    assert abs(timezone.now() - event.occurred_at) < timedelta(minutes=1)


@pytest.mark.django_db
def test_the_librarys_own_signature_is_taken():
    body = body_of()
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET)
    assert send(body, header) == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("", id="none"),
        pytest.param("t=1,v1=nonsense", id="nonsense"),
        pytest.param(signature_of(body_of()), id="of another body"),
    ],
)
def test_what_stripe_did_not_sign_is_refused(signature):
    assert send(body_of(), signature) == 400
    assert states() == []


@pytest.mark.django_db
def test_a_forged_or_an_old_signature_is_refused():
    body = body_of()
    assert send(body, signature_of(body, secret="whsec_other")) == 400
    assert send(body, signature_of(body, age_seconds=301)) == 400
    assert states() == []
    assert send(body, signature_of(body, age_seconds=290)) == 200


@pytest.mark.django_db
def test_signed_nonsense_is_refused():
    assert send(b"not json", signature_of(b"not json")) == 400
    assert states() == []


@pytest.mark.django_db
def test_without_a_secret_nothing_is_believed(settings):
    settings.STRIPE_WEBHOOK_SECRET = ""
    body = body_of()
    assert send(body, signature_of(body, secret="")) == 400
    assert states() == []


@pytest.mark.django_db
def test_only_post_and_without_a_csrf_token():
    assert Client().get(reverse("billing:webhook")).status_code == 405
    body = body_of()
    strict = Client(enforce_csrf_checks=True, headers={"Stripe-Signature": signature_of(body)})
    assert strict.post(reverse("billing:webhook"), body, content_type="application/json").status_code == 200


@pytest.mark.django_db
def test_a_type_that_means_nothing_here_is_200_and_ignored():
    assert send(body_of("mandate.updated")) == 200
    assert states() == [("mandate.updated", EventState.IGNORED)]
    assert events.due() == []
    assert events.sweep() == 0


@pytest.mark.django_db
def test_duplicates_are_one_row():
    body = body_of()
    assert [send(body) for _ in range(3)] == [200, 200, 200]
    assert len(states()) == 1


@pytest.mark.django_db(transaction=True)
def test_duplicates_at_the_same_moment_are_one_row_and_one_task(settings):
    body = body_of()

    def deliver(_):
        try:
            return send(body)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(deliver, range(12))) == [200] * 12
    assert states() == [("customer.deleted", EventState.RECEIVED)]
    with Redis.from_url(settings.REDIS_URL) as redis:
        assert redis.llen("default") == 1


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_loses_its_tasks_loses_nothing(alice, settings):
    Subscription.objects.filter(pk=current_of(alice).pk).update(stripe_customer_id="cus_1")
    assert send(body_of()) == 200
    with Redis.from_url(settings.REDIS_URL) as redis:
        assert redis.delete("default") == 1
    let_time_pass()
    assert events.sweep() == 1
    assert current_of(alice).stripe_customer_id is None


def let_time_pass(hours=1):
    """As if the events had come so long ago."""
    SubscriptionEvent.objects.update(updated_at=timezone.now() - timedelta(hours=hours))


@pytest.mark.django_db
def test_a_worker_that_died_before_handling_it_is_made_up_for(alice, charlie):
    Subscription.objects.filter(pk=current_of(alice).pk).update(stripe_customer_id="cus_1")
    Subscription.objects.filter(pk=current_of(charlie).pk).update(stripe_customer_id="cus_charlie")
    send(body_of())
    assert events.due() == []  # a worker may be at it
    let_time_pass()
    assert events.sweep() == 1
    event = SubscriptionEvent.objects.get()
    assert (event.state, event.attempts, event.user) == (EventState.HANDLED, 1, alice)
    assert current_of(alice).stripe_customer_id is None
    assert current_of(charlie).stripe_customer_id == "cus_charlie"
    let_time_pass()
    assert events.sweep() == 0


@pytest.mark.django_db
def test_a_failure_keeps_its_reason_and_is_tried_again_later_and_later():
    invoice = {"id": "in_1", "object": "invoice", "customer": "cus_1"}
    send(body_of("invoice.paid", invoice))
    event = SubscriptionEvent.objects.get()
    assert events.handle(event.pk).state == EventState.FAILED
    event.refresh_from_db()
    assert (event.attempts, event.handled_at) == (1, None)
    assert event.error == (
        "The payment service cannot be reached. Nothing has changed; please try again in a minute."
    )
    assert events.due() == []
    let_time_pass()
    assert events.due() == [event.pk]
    SubscriptionEvent.objects.update(attempts=11)
    let_time_pass(hours=8)
    assert events.due() == []
    let_time_pass(hours=9)
    assert events.due() == [event.pk]
    SubscriptionEvent.objects.update(attempts=events.MOST_ATTEMPTS)
    assert events.due() == []  # staff see it, and can have it handled once more


@pytest.mark.django_db
def test_a_fault_of_ours_leaves_its_traceback_and_nothing_half_done(alice):
    Subscription.objects.filter(pk=current_of(alice).pk).update(stripe_customer_id="cus_1")
    send(body_of("customer.deleted", {"id": "cus_1", "object": "customer"}))
    send(body_of("charge.refunded", {"object": "charge"}))  # no id: a mistake
    handled, broken = [events.handle(event.pk) for event in SubscriptionEvent.objects.order_by("pk")]
    assert (handled.state, broken.state) == (EventState.HANDLED, EventState.FAILED)
    assert broken.error.splitlines()[-1] == "KeyError: 'id'"


@pytest.mark.django_db
def test_staff_have_an_event_handled_once_more(alice, django_capture_on_commit_callbacks):
    send(body_of())
    event = SubscriptionEvent.objects.get()
    events.handle(event.pk)
    Subscription.objects.filter(pk=current_of(alice).pk).update(stripe_customer_id="cus_1")
    event.refresh_from_db()
    with django_capture_on_commit_callbacks() as callbacks:
        events.replay(event)
    assert len(callbacks) == 1
    assert (event.state, event.attempts) == (EventState.RECEIVED, 0)
    events.handle(event.pk)
    event.refresh_from_db()
    assert (event.state, event.user) == (EventState.HANDLED, alice)
    assert current_of(alice).stripe_customer_id is None


@pytest.mark.django_db
def test_the_administration_has_events_handled_once_more(alice, bob, charlie_client):
    for event in (body_of(), body_of("mandate.updated")):
        send(event)
    events.handle(SubscriptionEvent.objects.get(event_type="customer.deleted").pk)
    type(bob).objects.filter(pk=bob.pk).update(is_staff=True, is_superuser=True)
    staff = Client()
    staff.force_login(type(bob).objects.get(pk=bob.pk), backend="django.contrib.auth.backends.ModelBackend")
    form = {
        "action": "replay",
        "_selected_action": list(SubscriptionEvent.objects.values_list("pk", flat=True)),
    }
    url = reverse("admin:billing_subscriptionevent_changelist")
    charlie_client.post(url, form)
    assert states() == [
        ("customer.deleted", EventState.HANDLED),
        ("mandate.updated", EventState.IGNORED),
    ]
    staff.post(url, form)
    assert states() == [
        ("customer.deleted", EventState.RECEIVED),
        ("mandate.updated", EventState.IGNORED),
    ]

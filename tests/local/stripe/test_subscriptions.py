"""Subscriptions over time: renewals, changes, ends; the clock and the portal."""

import pytest
import stripe as library

from tests.helpers.browse import browse
from voicecraft.local.stripe.periods import period_end, plus, share

DAY = 86_400


def period(subscription):
    item = subscription["items"].data[0]
    return item.current_period_start, item.current_period_end


def item_of(subscription):
    return subscription["items"].data[0].id


def invoices_of(api, subscription):
    found = api.invoices.list({"subscription": subscription.id}).data
    return [(invoice.billing_reason, invoice.status, invoice.total) for invoice in found]


def test_a_renewal_is_a_draft_for_an_hour_and_then_paid(server, api, subscription, listener):
    start, end = period(subscription)
    server.advance(to=end + 1)
    draft = api.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (draft.status, draft.billing_reason) == ("draft", "subscription_cycle")
    assert (draft.period_start, draft.period_end) == (start, end)
    line = draft.lines.data[0]
    renewed = api.subscriptions.retrieve(subscription.id)
    assert (line.period.start, line.period.end) == period(renewed)
    assert period(renewed)[0] == end
    server.advance(seconds=3700)
    assert api.invoices.retrieve(draft.id).status == "paid"
    assert server.wait_delivered()
    assert listener.types.count("invoice.paid") == 1


def test_a_failing_card_is_tried_again_and_then_it_ends(server, api, shop, subscription, listener):
    server.set_card(shop.customer.id, "fails_later")
    server.next_period(subscription.id)
    assert api.subscriptions.retrieve(subscription.id).status == "past_due"
    server.advance(days=16)
    gone = api.subscriptions.retrieve(subscription.id)
    assert (gone.status, gone.cancellation_details.reason) == ("canceled", "payment_failed")
    assert server.wait_delivered()
    assert listener.types.count("invoice.payment_failed") == 4
    assert listener.types.count("customer.subscription.deleted") == 1


def test_a_new_card_makes_it_active_again(server, api, shop, subscription):
    server.set_card(shop.customer.id, "fails_later")
    server.next_period(subscription.id)
    server.set_card(shop.customer.id, "visa")
    server.advance(days=4)
    assert api.subscriptions.retrieve(subscription.id).status == "active"
    assert [status for _, status, _ in invoices_of(api, subscription)] == ["paid", "paid"]


def test_a_card_that_wants_its_owner(server, api, shop, subscription, listener):
    server.set_card(shop.customer.id, "authenticate")
    server.next_period(subscription.id)
    invoice = api.invoices.list({"subscription": subscription.id, "status": "open"}).data[0]
    assert server.wait_delivered()
    assert listener.types.count("invoice.payment_action_required") == 1
    assert browse(invoice.hosted_invoice_url, card="visa")[0] == 200
    assert api.invoices.retrieve(invoice.id).status == "paid"
    assert api.subscriptions.retrieve(subscription.id).status == "active"


def test_an_upgrade_is_charged_for_the_rest_of_the_period(server, api, shop, subscription):
    start, end = period(subscription)
    at = start + 10 * DAY
    server.advance(to=at)
    change = {
        "items": [{"id": item_of(subscription), "price": shop.pro.id}],
        "proration_behavior": "always_invoice",
        "proration_date": at,
    }
    preview = api.invoices.create_preview({"subscription": subscription.id, "subscription_details": change})
    upgraded = api.subscriptions.update(subscription.id, {**change, "expand": ["latest_invoice"]})
    wanted = [-share(1900, start, end, at), share(4900, start, end, at)]
    assert [line.amount for line in upgraded.latest_invoice.lines.data] == wanted
    assert [line.amount for line in preview.lines.data] == wanted
    assert preview.id.startswith("upcoming_")
    assert all(line.parent.subscription_item_details.proration for line in upgraded.latest_invoice.lines.data)
    assert (upgraded.latest_invoice.billing_reason, upgraded.latest_invoice.status) == (
        "subscription_update",
        "paid",
    )
    assert period(upgraded) == (start, end)


def test_a_preview_changes_nothing(server, api, subscription, shop):
    count = len(server.events())
    change = {
        "items": [{"id": item_of(subscription), "price": shop.pro.id}],
        "proration_behavior": "always_invoice",
    }
    api.invoices.create_preview({"subscription": subscription.id, "subscription_details": change})
    assert api.invoices.create_preview({"subscription": subscription.id}).total == 1900
    assert len(server.events()) == count
    assert invoices_of(api, subscription) == [("subscription_create", "paid", 1900)]


def test_prorations_can_wait_for_the_next_invoice(server, api, shop, subscription):
    server.advance(days=10)
    change = {"items": [{"id": item_of(subscription), "price": shop.pro.id}]}
    api.subscriptions.update(subscription.id, change)
    assert len(invoices_of(api, subscription)) == 1
    upcoming = api.invoices.create_preview({"subscription": subscription.id}).total
    server.next_period(subscription.id)
    assert invoices_of(api, subscription)[0] == ("subscription_cycle", "paid", upcoming)
    assert upcoming > 4900
    server.next_period(subscription.id)
    assert invoices_of(api, subscription)[0] == ("subscription_cycle", "paid", 4900)


def test_another_interval_begins_a_new_period_at_once(server, api, shop, subscription):
    server.advance(days=10)
    change = {"items": [{"id": item_of(subscription), "price": shop.yearly.id}]}
    changed = api.subscriptions.update(subscription.id, change)
    start, end = period(changed)
    assert abs(start - server.now()) <= 2
    assert end - start in {365 * DAY, 366 * DAY}
    assert invoices_of(api, subscription)[0][1] == "paid"


def test_an_upgrade_that_cannot_be_paid_changes_nothing_if_asked_so(server, api, shop, subscription):
    server.set_card(shop.customer.id, "declined")
    change = {
        "items": [{"id": item_of(subscription), "price": shop.pro.id}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "error_if_incomplete",
    }
    with pytest.raises(library.CardError) as caught:
        api.subscriptions.update(subscription.id, change)
    assert (caught.value.http_status, caught.value.code) == (402, "card_declined")
    kept = api.subscriptions.retrieve(subscription.id)
    assert (kept.status, kept["items"].data[0].price.id) == ("active", shop.starter.id)
    pending = api.subscriptions.update(
        subscription.id, {**change, "payment_behavior": "pending_if_incomplete"}
    )
    assert pending["items"].data[0].price.id == shop.starter.id
    assert pending.pending_update.subscription_items[0].price.id == shop.pro.id
    server.advance(days=1)
    assert api.subscriptions.retrieve(subscription.id).pending_update is None


def test_cancel_at_the_end_and_think_again(server, api, subscription, listener):
    ending = api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (ending.status, ending.cancel_at) == ("active", period(subscription)[1])
    with pytest.raises(library.InvalidRequestError) as caught:
        api.invoices.create_preview({"subscription": subscription.id})
    assert caught.value.code == "invoice_upcoming_none"
    assert api.subscriptions.update(subscription.id, {"cancel_at_period_end": False}).cancel_at is None
    api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    server.next_period(subscription.id)
    assert api.subscriptions.retrieve(subscription.id).status == "canceled"
    assert len(invoices_of(api, subscription)) == 1
    assert server.wait_delivered()
    assert listener.types[-1] == "customer.subscription.deleted"


def test_cancel_now(api, subscription):
    assert api.subscriptions.cancel(subscription.id).status == "canceled"
    with pytest.raises(library.InvalidRequestError, match="No such subscription"):
        api.subscriptions.cancel(subscription.id)


def test_a_downgrade_waits_in_a_schedule(server, api, shop, subscription):
    start, end = period(subscription)
    cheap = api.prices.create(
        {
            "product": shop.product.id,
            "currency": "eur",
            "unit_amount": 500,
            "recurring": {"interval": "month"},
        }
    )
    schedule = api.subscription_schedules.create({"from_subscription": subscription.id})
    api.subscription_schedules.update(
        schedule.id,
        {
            "end_behavior": "release",
            "phases": [
                {"items": [{"price": shop.starter.id, "quantity": 1}], "start_date": start, "end_date": end},
                {
                    "items": [{"price": cheap.id, "quantity": 1}],
                    "duration": {"interval": "month", "interval_count": 1},
                },
            ],
        },
    )
    with pytest.raises(library.InvalidRequestError, match="managed by the subscription schedule"):
        api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert api.invoices.create_preview({"subscription": subscription.id}).total == 500
    server.next_period(subscription.id)
    assert invoices_of(api, subscription)[0] == ("subscription_cycle", "paid", 500)
    server.next_period(subscription.id)
    assert api.subscription_schedules.retrieve(schedule.id).status == "released"
    after = api.subscriptions.retrieve(subscription.id)
    assert (after.schedule, after["items"].data[0].price.id) == (None, cheap.id)


def test_a_released_schedule_leaves_the_plan(server, api, subscription):
    schedule = api.subscription_schedules.create({"from_subscription": subscription.id})
    api.subscription_schedules.release(schedule.id)
    assert api.subscriptions.retrieve(subscription.id).schedule is None


def test_pause_and_resume(server, api, subscription, listener):
    server.pause(subscription.id)
    server.advance(days=40)
    assert len(invoices_of(api, subscription)) == 1
    assert api.subscriptions.resume(subscription.id).status == "active"
    assert server.wait_delivered()
    assert [t for t in listener.types if t.endswith(("paused", "resumed"))] == [
        "customer.subscription.paused",
        "customer.subscription.resumed",
    ]


def test_a_trial_costs_nothing_until_it_ends(server, api, shop):
    trial = api.subscriptions.create(
        {"customer": shop.outsider.id, "items": [{"price": shop.starter.id}], "trial_period_days": 7}
    )
    assert trial.status == "trialing"
    server.next_period(trial.id)
    assert api.subscriptions.retrieve(trial.id).status == "active"
    assert [total for _, _, total in invoices_of(api, trial)] == [1900, 0]


def test_the_first_payment_fails(server, api, shop):
    wanted = {"customer": shop.customer.id, "items": [{"price": shop.starter.id}]}
    made = api.subscriptions.create(wanted)  # there is no card
    assert made.status == "incomplete"
    server.advance(days=1)
    assert api.subscriptions.retrieve(made.id).status == "incomplete_expired"


def test_deleting_a_customer_ends_what_they_have(server, api, shop, subscription, listener):
    assert api.customers.delete(shop.customer.id).deleted
    assert api.subscriptions.retrieve(subscription.id).status == "canceled"
    assert api.customers.retrieve(shop.customer.id).deleted
    assert server.wait_delivered()
    assert listener.types[-1] == "customer.deleted"
    with pytest.raises(library.InvalidRequestError, match="No such customer"):
        api.customers.update(shop.customer.id, {"name": "x"})


def test_months_keep_their_day():
    january = 1_769_817_600  # 31 January 2026
    monthly = {"interval": "month", "interval_count": 1}
    february, march = plus(january, monthly), plus(january, monthly, 2)
    assert ((february - january) // DAY, (march - february) // DAY) == (28, 31)
    assert period_end(january, monthly, february) == march

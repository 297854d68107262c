"""Checkout: a session, its page in the browser, and the events that follow."""

import urllib.error
import urllib.request

import pytest
import stripe as library

from tests.helpers.browse import browse


def test_paying_for_a_plan_tells_everything_signed(server, api, checkout, listener, shop):
    session = checkout(subscription_data={"metadata": {"plan": "starter"}})
    status, page, _ = browse(session.url)
    assert (status, "no money moves" in page, "Subscribe for €19.00" in page) == (200, True, True)
    assert "Receipt to alice@example.com" in page

    status, _, goal = browse(session.url, card="visa")
    assert (status, goal) == (303, f"http://shop.test/done?session={session.id}")
    assert server.wait_delivered()
    paid = api.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "line_items"]})
    assert (paid.status, paid.payment_status, paid.client_reference_id) == ("complete", "paid", "user-1")
    assert paid.line_items.data[0].price.id == shop.starter.id
    assert (paid.subscription.status, paid.subscription.metadata["plan"]) == ("active", "starter")
    assert "current_period_end" not in paid.subscription
    assert paid.subscription["items"].data[0].current_period_end > paid.created
    invoice = api.invoices.retrieve(paid.invoice)
    assert invoice.parent.subscription_details.subscription == paid.subscription.id
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == (
        "paid",
        1900,
        "subscription_create",
    )
    assert [t for t in listener.types if t.startswith(("checkout", "invoice.p", "customer.sub"))] == [
        "customer.subscription.created",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
        "checkout.session.completed",
    ]
    assert listener.refused == 0
    updated = next(e for e in listener.events if e["type"] == "customer.subscription.updated")
    assert updated["data"]["previous_attributes"] == {"status": "incomplete"}


def test_a_second_click_pays_nothing_more(api, checkout, shop):
    session = checkout()
    first = browse(session.url, card="visa")
    assert browse(session.url, card="visa") == first
    assert len(api.charges.list({"customer": shop.customer.id}).data) == 1


def test_a_declined_card_leaves_the_page_open(api, checkout, shop):
    session = checkout()
    status, page, _ = browse(session.url, card="declined")
    assert status == 402
    assert 'role="alert">Your card was declined. Nothing was charged: try another card.' in page
    assert api.subscriptions.list({"customer": shop.customer.id, "status": "all"}).data == []
    assert browse(session.url, card="insufficient")[1].count("insufficient funds") == 1
    assert browse(session.url, card="visa")[0] == 303


def test_leaving_is_a_link_and_the_session_stays_open(api, checkout):
    session = checkout()
    assert '<a href="http://shop.test/left">Cancel and go back</a>' in browse(session.url)[1]
    assert api.checkout.sessions.retrieve(session.id).status == "open"


def test_a_session_runs_out(server, api, checkout, listener):
    session, other = checkout(), checkout()
    api.checkout.sessions.expire(other.id)
    server.advance(days=1, seconds=5)
    assert server.wait_delivered()
    assert listener.types.count("checkout.session.expired") == 2
    assert browse(session.url)[0] == 410
    with pytest.raises(library.InvalidRequestError, match="status of expired"):
        api.checkout.sessions.expire(session.id)


def test_credits_are_bought_with_an_invoice(server, api, checkout, shop, listener):
    session = checkout(
        shop.pack,
        metadata={"pack": "500"},
        payment_intent_data={"metadata": {"pack": "500"}},
        invoice_creation={"enabled": True},
    )
    assert browse(session.url, card="visa")[0] == 303
    paid = api.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (paid.payment_status, paid.metadata["pack"]) == ("paid", "500")
    assert paid.payment_intent.latest_charge.metadata["pack"] == "500"
    payments = api.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": paid.payment_intent.id}}
    ).data
    assert [payment.invoice for payment in payments] == [paid.invoice]
    assert api.invoices.retrieve(paid.invoice).parent is None
    assert server.wait_delivered()
    assert listener.types.count("invoice.paid") == 1


@pytest.mark.parametrize(
    ("card", "kind", "state"), [("bank", "succeeded", "paid"), ("bank_fails", "failed", "unpaid")]
)
def test_a_bank_debit_settles_days_later(server, api, checkout, shop, listener, card, kind, state):
    session = checkout(shop.pack)
    browse(session.url, card=card)
    assert api.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    server.advance(days=3, seconds=5)
    assert server.wait_delivered()
    assert [t for t in listener.types if t.startswith("checkout")] == [
        "checkout.session.completed",
        f"checkout.session.async_payment_{kind}",
    ]
    assert api.checkout.sessions.retrieve(session.id).payment_status == state


def test_without_a_customer_one_is_made(server, api, shop):
    session = api.checkout.sessions.create(
        {
            "mode": "subscription",
            "line_items": [{"price": shop.starter.id, "quantity": 1}],
            "success_url": "http://shop.test/done",
        }
    )
    assert 'type="email"' in browse(session.url)[1]
    browse(session.url, card="visa", email="new@example.com")
    paid = api.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert (paid.customer.email, paid.customer_details.email) == ("new@example.com", "new@example.com")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"mode": "payment"}, "passed a recurring price"),
        ({"line_items": []}, "at least one item"),
        ({"success_url": "nowhere"}, "Not a valid URL"),
        ({"expires_at": 1}, "between 30 minutes and 24 hours"),
        ({"customer_email": "a@example.com"}, "only specify one of these"),
        ({"line_items": [{"price": "price_none", "quantity": 1}]}, "No such price: 'price_none'"),
    ],
)
def test_wrong_sessions_are_refused(checkout, values, message):
    with pytest.raises(library.InvalidRequestError, match=message):
        checkout(**values)


def test_pages_of_others_and_strange_sites(server, checkout):
    assert browse(f"{server.url}/c/pay/cs_test_none")[0] == 404
    request = urllib.request.Request(checkout().url, b"card=visa", {"Sec-Fetch-Site": "cross-site"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)

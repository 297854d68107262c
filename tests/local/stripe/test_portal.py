"""The billing portal: its settings, and what its page does in the browser."""

import pytest
import stripe as library

from tests.helpers.browse import browse


@pytest.fixture
def portal(api, shop):
    """A portal page of the customer's, that lets the plan be changed: a smaller one from the next period on."""
    prices = [shop.starter.id, shop.pro.id, shop.yearly.id]
    settings = api.billing_portal.configurations.create(
        {
            "business_profile": {"headline": "VoiceCraft"},
            "features": {
                "payment_method_update": {"enabled": True},
                "invoice_history": {"enabled": True},
                "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
                "subscription_update": {
                    "enabled": True,
                    "default_allowed_updates": ["price"],
                    "proration_behavior": "always_invoice",
                    "products": [{"product": shop.product.id, "prices": prices}],
                    "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
                },
            },
        }
    )
    session = {
        "customer": shop.customer.id,
        "configuration": settings.id,
        "return_url": "http://shop.test/billing",
    }
    return api.billing_portal.sessions.create(session)


def test_the_page_shows_what_there_is(portal, subscription):
    page = browse(portal.url)[1]
    assert "€19.00 per month. Renews on" in page
    assert "Visa that pays, ending in 4242" in page
    assert "VC000001-0001" in page
    assert '<a href="http://shop.test/billing">Return to VoiceCraft</a>' in page


def test_cancel_and_resume(api, portal, subscription):
    page = browse(portal.url, action="cancel", subscription=subscription.id)[1]
    assert "The subscription ends with its period." in page
    assert api.subscriptions.retrieve(subscription.id).cancel_at_period_end
    browse(portal.url, action="resume", subscription=subscription.id)
    assert not api.subscriptions.retrieve(subscription.id).cancel_at_period_end


def test_a_bigger_plan_at_once_a_smaller_one_later(server, api, portal, shop, subscription):
    browse(portal.url, action="switch", subscription=subscription.id, price=shop.pro.id)
    changed = api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert changed["items"].data[0].price.id == shop.pro.id
    assert changed.latest_invoice.billing_reason == "subscription_update"
    browse(portal.url, action="switch", subscription=subscription.id, price=shop.starter.id)
    assert api.subscriptions.retrieve(subscription.id)["items"].data[0].price.id == shop.pro.id
    server.next_period(subscription.id)
    assert api.subscriptions.retrieve(subscription.id)["items"].data[0].price.id == shop.starter.id


def test_a_card_that_fails_at_the_renewal(server, api, portal, subscription):
    assert "The card has been changed." in browse(portal.url, action="card", card="fails_later")[1]
    server.next_period(subscription.id)
    assert api.subscriptions.retrieve(subscription.id).status == "past_due"


def test_a_card_that_fails_at_once_is_not_taken(portal, subscription):
    status, page, _ = browse(portal.url, action="card", card="declined")
    assert (status, "Your card was declined." in page) == (402, True)


def test_nobody_touches_what_is_not_theirs(api, portal, shop, subscription):
    other = api.subscriptions.create({"customer": shop.outsider.id, "items": [{"price": shop.starter.id}]})
    assert browse(portal.url, action="cancel", subscription=other.id)[0] == 402
    assert not api.subscriptions.retrieve(other.id).cancel_at_period_end


def test_without_settings_the_plan_cannot_be_changed(api, shop, subscription):
    session = api.billing_portal.sessions.create({"customer": shop.customer.id})
    page = browse(session.url)[1]
    assert ("Cancel the subscription" in page, "Change the plan" in page) == (True, False)


def test_a_flow_returns_when_it_is_done(api, shop, subscription):
    flow = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": subscription.id},
        "after_completion": {"type": "redirect", "redirect": {"return_url": "http://shop.test/cancelled"}},
    }
    session = api.billing_portal.sessions.create({"customer": shop.customer.id, "flow_data": flow})
    answer = browse(session.url, action="cancel", subscription=subscription.id)
    assert (answer[0], answer[2]) == (303, "http://shop.test/cancelled")


def test_settings_are_checked(api, shop):
    with pytest.raises(library.InvalidRequestError, match="You must provide `products`"):
        api.billing_portal.configurations.create({"features": {"subscription_update": {"enabled": True}}})

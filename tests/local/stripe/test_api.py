"""The API's manners: parameters, errors, idempotency, pages, refunds and disputes, broken answers."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
import stripe as library

from voicecraft.local.stripe import KEY, LocalStripe


def raw(server, path, body=None, key=None):
    """Call without the library."""
    headers = {"Authorization": f"Bearer {key or server.key}"}
    with urllib.request.urlopen(urllib.request.Request(server.url + path, body, headers)) as answer:
        return json.load(answer)


def client(server, **options):
    return library.StripeClient(server.key, base_addresses={"api": server.url}, **options)


def test_nested_parameters_and_unsetting(api):
    made = api.customers.create(
        {"metadata": {"a": "1", "b": "2"}, "address": {"city": "Bonn"}, "name": "A & B = ü"}
    )
    assert (made.name, made.address.city) == ("A & B = ü", "Bonn")
    changed = api.customers.update(made.id, {"metadata": {"a": "", "c": "3"}, "address": ""})
    assert (changed.metadata.to_dict(), changed.address) == ({"b": "2", "c": "3"}, None)


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"nickname": "x"}, "parameter_unknown", "nickname"),
        ({"invoice_settings": {"colour": "x"}}, "parameter_unknown", "invoice_settings[colour]"),
        ({"balance": "much"}, "parameter_invalid_integer", "balance"),
        ({"invoice_settings": {"default_payment_method": "pm_none"}}, "resource_missing", "payment_method"),
    ],
)
def test_wrong_parameters_are_refused(api, shop, params, code, param):
    with pytest.raises(library.InvalidRequestError) as caught:
        api.customers.update(shop.customer.id, params)
    assert (caught.value.http_status, caught.value.code, caught.value.param) == (400, code, param)


def test_unknown_ids_urls_and_keys(server, api):
    with pytest.raises(library.InvalidRequestError) as caught:
        api.customers.retrieve("cus_none")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
    assert caught.value.request_id.startswith("req_")
    with pytest.raises(library.InvalidRequestError, match="Unrecognized request URL"):
        api.coupons.list()
    with pytest.raises(library.AuthenticationError, match="Invalid API Key provided"):
        library.StripeClient("sk_test_another", base_addresses={"api": server.url}).v1.customers.list()


def test_the_same_key_gives_the_same_answer(server, api):
    options = {"idempotency_key": "once"}
    first = api.customers.create({"email": "a@example.com"}, options)
    again = api.customers.create({"email": "a@example.com"}, options)
    assert again.id == first.id
    assert len(api.customers.list().data) == 1
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(library.IdempotencyError) as caught:
        api.customers.create({"email": "b@example.com"}, options)
    assert caught.value.http_status == 400
    server.advance(days=1, seconds=5)
    assert api.customers.create({"email": "b@example.com"}, options).id != first.id


def test_a_refused_request_does_not_use_up_its_key(api):
    options = {"idempotency_key": "later"}
    with pytest.raises(library.InvalidRequestError):
        api.refunds.create({"charge": "ch_none"}, options)
    assert api.customers.create({}, options).object == "customer"


def test_pages(api):
    made = [api.customers.create({"email": f"{n}@example.com"}).id for n in range(7)]
    first = api.customers.list({"limit": 3})
    assert ([c.id for c in first.data], first.has_more) == (made[:3:-1], True)
    assert [c.id for c in api.customers.list({"limit": 3}).auto_paging_iter()] == made[::-1]
    back = api.customers.list({"limit": 2, "ending_before": made[2]})
    assert ([c.id for c in back.data], back.has_more) == ([made[4], made[3]], True)
    assert [c.id for c in api.customers.list({"email": "3@example.com"}).data] == [made[3]]
    with pytest.raises(library.InvalidRequestError, match="less than or equal to 100"):
        api.customers.list({"limit": 101})


def test_prices_by_their_keys(api, shop):
    found = api.prices.list(
        {"lookup_keys": ["pro", "starter", "none"], "active": True, "expand": ["data.product"]}
    )
    assert {price.id: price.product.name for price in found.data} == {
        shop.pro.id: "Studio",
        shop.starter.id: "Studio",
    }
    with pytest.raises(library.InvalidRequestError, match="already uses that lookup key"):
        api.prices.create(
            {"currency": "eur", "unit_amount": 1, "product": shop.product.id, "lookup_key": "pro"}
        )
    moved = api.prices.create(
        {
            "currency": "eur",
            "unit_amount": 1,
            "product": shop.product.id,
            "lookup_key": "pro",
            "transfer_lookup_key": True,
        }
    )
    assert [price.id for price in api.prices.list({"lookup_keys": ["pro"]}).data] == [moved.id]


def test_expanding(api, subscription):
    paths = ["latest_invoice.payments.data.payment.payment_intent", "customer.subscriptions"]
    with pytest.raises(library.InvalidRequestError, match="more than 4 levels"):
        api.subscriptions.retrieve(subscription.id, {"expand": paths})
    found = api.subscriptions.retrieve(
        subscription.id, {"expand": ["latest_invoice.payments", "customer.subscriptions"]}
    )
    assert found.latest_invoice.payments.data[0].status == "paid"
    assert [s.id for s in found.customer.subscriptions.data] == [subscription.id]
    with pytest.raises(library.InvalidRequestError, match="cannot be expanded"):
        api.subscriptions.retrieve(subscription.id, {"expand": ["colour"]})


def test_refunds(server, api, checkout, shop, listener):
    intent = server.pay_session(checkout(shop.pack).id)["payment_intent"]
    api.refunds.create({"payment_intent": intent, "amount": 400})
    with pytest.raises(
        library.InvalidRequestError, match=r"greater than unrefunded amount on charge \(600\)"
    ):
        api.refunds.create({"payment_intent": intent, "amount": 601})
    api.refunds.create({"payment_intent": intent})
    with pytest.raises(library.InvalidRequestError) as caught:
        api.refunds.create({"payment_intent": intent})
    assert caught.value.code == "charge_already_refunded"
    assert server.wait_delivered()
    charges = [e["data"]["object"] for e in listener.events if e["type"] == "charge.refunded"]
    assert [(c["amount_refunded"], c["refunded"]) for c in charges] == [(400, False), (1000, True)]


@pytest.mark.parametrize(
    ("status", "last"), [("lost", "charge.dispute.closed"), ("won", "charge.dispute.funds_reinstated")]
)
def test_disputes(server, api, checkout, shop, listener, status, last):
    intent = server.pay_session(checkout(shop.pack).id)["payment_intent"]
    charge = api.payment_intents.retrieve(intent).latest_charge
    dispute = server.open_dispute(charge)
    with pytest.raises(library.InvalidRequestError) as caught:
        api.refunds.create({"charge": charge})
    assert caught.value.code == "charge_disputed"
    server.close_dispute(dispute["id"], status=status)
    assert api.disputes.retrieve(dispute["id"]).status == status
    assert server.wait_delivered()
    assert ("charge.dispute.created" in listener.types, listener.types[-1]) == (True, last)


def test_events_can_be_read_again(api, subscription):
    kinds = ["checkout.session.completed", "invoice.paid"]
    found = api.events.list({"types": kinds}).data
    assert [event.type for event in found] == kinds
    assert api.events.retrieve(found[0].id).data.object["id"].startswith("cs_test_")


def test_broken_answers(server):
    patient = client(server, max_network_retries=2).v1
    server.fail(500)
    assert patient.customers.create({}).object == "customer"
    server.fail(429)
    with pytest.raises(library.RateLimitError):
        client(server).v1.customers.list()
    assert len(patient.customers.list().data) == 1


def test_an_answer_lost_on_its_way_is_not_done_twice(server):
    server.fail(0, after=True, method="POST")
    client(server, max_network_retries=2).v1.customers.create({})
    assert len(server.calls) == 2
    assert len(client(server).v1.customers.list().data) == 1


def test_the_levers_over_http(server, api, subscription):
    end = subscription["items"].data[0].current_period_end
    body = json.dumps({"subscription": subscription.id}).encode()
    assert raw(server, "/_test/next_period", body)["result"] > end
    for path, wrong, status in [
        ("/_test/now", "x", 401),
        ("/_test/_store", None, 404),
        ("/_test/calls", None, 404),
    ]:
        with pytest.raises(urllib.error.HTTPError) as caught:
            raw(server, path, b"{}", wrong)
        assert caught.value.code == status


def test_it_remembers_over_a_restart(tmp_path):
    state = tmp_path / "state.json"
    with LocalStripe(state=state) as server:
        made = client(server).v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k"}).id
        server.advance(days=3)
        then = server.now()
    with LocalStripe(state=state) as server:
        assert (
            client(server).v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k"}).id
            != made
        )
        assert client(server).v1.customers.retrieve(made).email == "a@example.com"
        assert server.now() >= then


def test_the_overview_moves_the_clock(server, subscription):
    page = urllib.request.urlopen(server.url).read().decode()
    assert ("Studio of alice@example.com" in page, "no money moves" in page) == (True, True)
    before = server.now()
    urllib.request.urlopen(server.url, b"")
    assert server.now() - before in {86_400, 86_401}


def test_never_beside_a_real_key():
    command = [sys.executable, "-m", "voicecraft.local.stripe", "--port", "0"]
    done = subprocess.run(
        command,
        check=False,
        env={"STRIPE_SECRET_KEY": "sk_live_x", "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, "do not run beside a real key" in done.stderr) == (1, True)
    with pytest.raises(ValueError, match="begins with sk_test_"):
        LocalStripe(key="sk_live_x")


def test_the_command_serves_until_it_is_told_to_end(tmp_path):
    state = tmp_path / "var" / "stripe.json"
    command = [sys.executable, "-m", "voicecraft.local.stripe", "--port", "0", "--state", str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PATH": ""}) as process:
        line = process.stdout.readline()
        assert line.startswith("Test payments (no money moves): http://127.0.0.1:")
        url = line.split()[-1]
        library.StripeClient(KEY, base_addresses={"api": url}).v1.customers.create({})
        process.terminate()
        assert process.wait(10) == 0
    assert len(json.loads(state.read_text())["objects"]) == 2

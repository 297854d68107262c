"""The sender of webhooks, when all goes well and when it does not."""


def customers(api, count):
    return [api.customers.create({"email": f"{n}@example.com"}).id for n in range(count)]


def came(listener):
    return [event["data"]["object"]["id"] for event in listener.events]


def test_in_order_and_signed(server, api, listener):
    made = customers(api, 3)
    assert server.wait_delivered()
    assert (came(listener), listener.refused) == (made, 0)
    assert listener.events[0]["request"]["id"].startswith("req_")
    assert listener.events[0]["api_version"] == "2026-10-28.endive"


def test_again_until_it_is_taken(server, api, listener):
    listener.statuses = [500, 503, 302]
    made = customers(api, 1)
    assert server.wait_delivered()
    assert came(listener) == made
    assert [attempt.status for attempt in server.deliveries] == [500, 503, 302, 200]


def test_twice(server, api, listener):
    server.webhooks(duplicate=1)
    made = customers(api, 2)
    assert server.wait_delivered()
    assert came(listener) == [made[0], made[0], made[1]]
    assert listener.events[0]["id"] == listener.events[1]["id"]


def test_in_another_order(server, api, listener):
    server.webhooks(reorder=3)
    made = customers(api, 4)
    assert server.wait_delivered()
    assert came(listener) == [made[2], made[1], made[0], made[3]]


def test_held_and_released(server, api, listener):
    server.webhooks(hold=True)
    made = customers(api, 2)
    assert server.wait_delivered()
    assert came(listener) == []
    server.release("reversed")
    assert server.wait_delivered()
    assert came(listener) == made[::-1]


def test_late(server, api, listener):
    server.webhooks(delay_seconds=0.2)
    made = customers(api, 1)
    assert server.webhooks(delay_seconds=0)["waiting"] == 1
    made += customers(api, 1)
    assert server.wait_delivered()
    assert came(listener) == made[::-1]


def test_lost_and_sent_again(server, api, listener):
    server.webhooks(lose=1)
    made = customers(api, 2)
    assert server.wait_delivered()
    assert came(listener) == [made[1]]
    server.resend(server.events()[0]["id"])
    assert server.wait_delivered()
    assert came(listener) == [made[1], made[0]]


def test_a_wrong_signature_first(server, api, listener):
    server.webhooks(wrong_signature=1)
    made = customers(api, 1)
    assert server.wait_delivered()
    assert (listener.refused, came(listener)) == (1, made)


def test_nobody_listens(server, api):
    server.webhooks(url="http://127.0.0.1:9/")
    customers(api, 1)
    assert not server.wait_delivered(0.1)
    assert server.webhooks(url="")["waiting"] == 1

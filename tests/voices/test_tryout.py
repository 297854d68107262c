"""One sentence for a visitor, through a real worker and the real instant voice."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from voices import tryout
from voices.audio.codec import decode
from voices.exceptions import ScriptError


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.mark.slow
def test_a_visitor_hears_a_sentence(visitor, workers, monkeypatch):
    monkeypatch.setattr(tryout, "WAIT_SECONDS", 60.0)  # the worker starts and loads its engine in this time
    response = visitor.post(reverse("try"), {"text": "Good morning, and welcome."})
    ticket = response.context["ticket"]
    sound = visitor.get(reverse("try-audio", args=[ticket]))
    assert sound.headers["Content-Type"] == "audio/mpeg"
    assert 1.0 < decode(sound.content).duration_seconds < 4.0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Write a sentence to hear first."),
        ("x" * 201, "Here one sentence of up to 200 characters is spoken."),
        ("Hello [pause banana]", "banana"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_cannot_be_spoken_is_said(visitor, text, message, headers):
    page = visitor.post(reverse("try"), {"text": text}, headers=headers).content.decode()
    assert message in page
    assert "<audio" not in page


@pytest.mark.django_db
def test_so_many_an_hour_from_one_address(visitor, settings):
    settings.VOICECRAFT_TRIES_PER_HOUR = 2
    pages = [visitor.post(reverse("try"), {"text": ""}).content.decode() for _ in range(3)]
    assert ["That was a lot of trying" in page for page in pages] == [False, False, True]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post(reverse("try"), {"text": ""}).content.decode()
    assert "That was a lot of trying" not in elsewhere


@pytest.mark.django_db
@pytest.mark.parametrize(("proxies", "counted"), [(0, "10.0.0.1"), (1, "198.51.100.9"), (2, "203.0.113.5")])
def test_the_address_is_the_clients_and_not_what_it_claims(rf, settings, proxies, counted):
    from accounts.ratelimit import client_address

    settings.TRUSTED_PROXY_COUNT = proxies
    forwarded = "192.0.2.1, 203.0.113.5, 198.51.100.9"
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == counted


@pytest.mark.django_db
def test_an_engines_refusal_reaches_the_visitor(db):
    from accounts.base import new_id

    ticket = new_id()
    tryout.speak(ticket, "🎉")
    with pytest.raises(ScriptError) as refused:
        tryout.wait_for(ticket)
    assert refused.value.message == "There is nothing in it that can be spoken."
    assert tryout.audio(ticket) is None


@pytest.mark.django_db
def test_a_busy_studio_says_so(db, monkeypatch):
    monkeypatch.setattr(tryout, "WAIT_SECONDS", 0.1)
    ticket = tryout.request_speech("Nobody speaks this.")
    with pytest.raises(ScriptError) as refused:
        tryout.wait_for(ticket)
    assert "try again in a moment" in refused.value.message


@pytest.mark.django_db
def test_the_sound_of_a_ticket_is_found_by_it_alone(visitor):
    from accounts.base import new_id

    ticket = new_id()
    cache.set(tryout._key(ticket), {"audio": b"sound"}, 60)
    assert visitor.get(reverse("try-audio", args=[ticket])).content == b"sound"
    assert visitor.get(reverse("try-audio", args=[new_id()])).status_code == 404


@pytest.mark.django_db
def test_who_is_signed_in_goes_to_the_studio(alice_client, visitor):
    assert alice_client.get(reverse("home")).url == reverse("voices:studio")
    assert visitor.get(reverse("home")).templates[0].name == "home.html"

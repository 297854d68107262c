"""Every page asks who is there, and a stranger who knows an id gets 404."""

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.helpers.work import finished_script
from voices.models import Pronunciation

# Open to everybody, and why
OPEN = {
    "home": "the landing page",
    "try": "a visitor's one sentence",
    "try-audio": "its sound, behind an unguessable name",
    "billing:pricing": "who wants to know what it costs",
    "billing:webhook": "Stripe, which signs what it sends",
    "health": "for load balancers",
    "health_live": "for load balancers",
}
ELSEWHERE = ("admin", "account", "mfa", "usersessions", "dev", "")  # guarded by their own libraries and tests


def patterns(resolver: URLResolver | None = None, namespace: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += patterns(pattern, inner)
        elif pattern.name:
            found.append((f"{namespace}{pattern.name}", pattern))
    return found


def ours() -> list[tuple[str, URLPattern]]:
    prefixes = ("voices:", "projects:", "billing:", "accounts:")
    return [(name, p) for name, p in patterns() if name.startswith(prefixes) or name in OPEN]


def arguments(pattern: URLPattern) -> dict[str, object]:
    """Some value of the right kind for each part of the address."""
    values = {"UUIDConverter": uuid.uuid4(), "IntConverter": 1, "SlugConverter": "x", "StringConverter": "x"}
    return {name: values[type(kind).__name__] for name, kind in pattern.pattern.converters.items()}


def test_the_list_of_open_pages_is_not_stale():
    assert set(OPEN) <= {name for name, _ in patterns()}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "pattern"), ours(), ids=[name for name, _ in ours()])
def test_a_visitor_is_sent_to_sign_in(name, pattern):
    if name in OPEN:
        return
    url = reverse(name, kwargs=arguments(pattern))
    response = Client().get(url)
    if response.status_code == 405:
        response = Client().post(url)
    assert (response.status_code, response.headers.get("Location", "").split("?")[0]) == (
        302,
        reverse("account_login"),
    )


@pytest.fixture
def belongings(alice) -> dict[str, uuid.UUID]:
    """One of each thing of Alice's that has an address, by the URL names that take its id."""
    generation = finished_script(alice)
    segment = generation.segments.get(position=0)
    word = Pronunciation.objects.create(user=alice, word="Nguyen", spoken_as="win")
    by_thing = {
        generation.pk: ("generation", "state", "cancel", "retry", "rename", "delete"),
        segment.pk: ("segment",),
        segment.take_id: ("choose-take", "take-audio"),
        generation.audio_id: ("audio", "audio-file", "delete-audio", "restore-audio"),
        word.pk: ("delete-pronunciation",),
    }
    return {f"voices:{name}": pk for pk, names in by_thing.items() for name in names}


@pytest.mark.django_db
def test_a_stranger_gets_404_at_every_address_with_an_id(belongings, alice_client, charlie_client):
    with_id = {
        name for name, p in ours() if p.pattern.converters and name not in OPEN and name.startswith("voices:")
    }
    assert with_id == set(belongings)  # a new page must be added here
    answers = {
        name: {charlie_client.get(url).status_code, charlie_client.post(url).status_code} - {405}
        for name, pk in belongings.items()
        for url in [reverse(name, args=[pk])]
    }
    assert answers == {name: {404} for name in belongings}
    page = alice_client.get(reverse("voices:generation", args=[belongings["voices:generation"]]))
    assert page.context["generation"].pk == belongings["voices:generation"]

"""People to act with: `person` is whom a test is about, `outsider` has nothing to do with them."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.people import ensure_user
from tests.accounts.helpers import PASSWORD, who


@pytest.fixture(autouse=True)
def _fresh(settings, db):
    """No attempts counted by an earlier test, and no seconds spent on hashing passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def person() -> User:
    return ensure_user("ada@example.com", PASSWORD, name="Ada Lovelace")


@pytest.fixture
def outsider() -> User:
    return ensure_user("charlie@example.com", PASSWORD, name="Charlie")


@pytest.fixture
def sign_in():
    """Sign a person in through the real page, as a browser that calls itself `agent`; returns the client."""

    def sign_in(user: User, agent: str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0") -> Client:
        client = Client(headers={"User-Agent": agent})
        response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        assert response.status_code == 302
        assert who(client) == user
        return client

    return sign_in

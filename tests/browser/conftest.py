"""Chromium against the real server. A test fails on any complaint in the console, the CSP's above all."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page

from accounts.models import User
from tests import chromium

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop of its own beside the ORM
SIZES = {"phone": (390, 844), "desk": (1440, 900)}
NEXT_FRAME = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return browser_type_launch_args | chromium.launch_options()


class Watch:
    """What the browser complained of."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def expect(self, text: str) -> None:
        """Complaints with `text` in them are part of the test."""
        self.expected.append(text)

    def attach(self, page: Page) -> None:
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    @property
    def unexpected(self) -> list[str]:
        return [text for text in self.complaints if not any(part in text for part in self.expected)]


@pytest.fixture
def watch(page: Page) -> Iterator[Watch]:
    watch = Watch()
    watch.attach(page)
    yield watch
    assert watch.unexpected == []


@pytest.fixture
def signed_in(live_server) -> Callable[[Page, User], None]:
    """Give the page the session of a person."""

    def signed_in(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url, "httpOnly": True}]
        )

    return signed_in


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Assert that the page as it stands has no fault that a program can find."""

    def axe(page: Page) -> None:
        found = Axe().run(page, options=AXE)
        faults = [
            f"{fault['id']}: {node['html']} {node['failureSummary']}"
            for fault in found.response["violations"]
            for node in fault["nodes"]
        ]
        assert faults == []

    return axe


@pytest.fixture
def in_every_look(page: Page, axe, request) -> Callable[[], None]:
    """Examine the page on a phone and on a desk, by day and by night; it must not scroll sideways either.

    VOICECRAFT_SCREENSHOTS names a folder for pictures of what was examined.
    """
    pictures, seen = os.environ.get("VOICECRAFT_SCREENSHOTS"), count(1)

    def in_every_look() -> None:
        name = f"{request.node.originalname}-{next(seen)}"
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.evaluate(NEXT_FRAME)  # until then some colours are the other scheme's
                axe(page)
                if pictures:
                    page.screenshot(path=Path(pictures) / f"{name}-{size}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    return in_every_look

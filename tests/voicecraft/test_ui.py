"""The shared templates: filters, fields, error pages."""

import re

import pytest
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string

from voicecraft.dev.forms import SampleForm
from voicecraft.templatetags.ui import clock, undo_url


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("undo:/library/1/restore/", "/library/1/restore/"),
        ("big undo:/a/ other", "/a/"),
        ("", ""),
        ("safe", ""),
        ("undo:https://evil.example/", ""),
        ("undo://evil.example/", ""),
        ("undo:javascript:alert(1)", ""),
    ],
)
def test_a_message_undoes_only_on_this_site(tags, expected):
    assert undo_url(Message(constants.SUCCESS, "Deleted.", extra_tags=tags)) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "0:00"), (65.4, "1:05"), (59.6, "1:00"), (3661, "1:01:01"), (None, "–")]
)
def test_clock(seconds, expected):
    assert clock(seconds) == expected


def test_a_refused_field_names_its_help_and_its_error():
    form = SampleForm({"email": "ada"})
    html = form["email"].as_field_group()
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_email_helptext"' in html
    assert 'id="id_email_error"' in html
    assert '<a href="#id_email">' in render_to_string("includes/form_errors.html", {"form": form})


def test_only_what_may_be_left_out_is_called_optional():
    form = SampleForm()
    assert [field.name for field in form if "(optional)" in field.as_field_group()] == ["format", "picture"]


def test_a_broken_page_needs_no_request_and_no_context():
    page = render_to_string("500.html")
    assert "Something broke on our side" in page
    assert 'href="/"' in page


@pytest.mark.django_db
def test_a_stranger_gets_a_way_on_and_a_user_another(client, alice_client):
    assert 'href="/studio/"' not in client.get("/nowhere/").content.decode()
    assert 'href="/studio/"' in alice_client.get("/nowhere/").content.decode()


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text()
    there = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = {
        name
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r'(?:icon\.html" with name|icon)="([^"]+)"', path.read_text())
    }
    assert named - there == set()

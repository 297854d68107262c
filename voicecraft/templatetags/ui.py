"""Small helpers for the shared templates."""

from django import template
from django.contrib.messages.storage.base import Message
from django.utils.http import url_has_allowed_host_and_scheme

register = template.Library()

UNDO = "undo:"


@register.filter
def undo_url(message: Message) -> str:
    """The path that takes back what a message tells of, given as `extra_tags="undo:/path/"`; else "".

    Only a path on this site is accepted, as the browser posts its CSRF token there.
    """
    tags = (message.extra_tags or "").split()
    path = next((tag.removeprefix(UNDO) for tag in tags if tag.startswith(UNDO)), "")
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


@register.filter
def clock(seconds: float | None) -> str:
    """A length as people read it: 65.4 is "1:05", 3661 is "1:01:01"; unknown is a dash."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

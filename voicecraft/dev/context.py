"""What the development-only links in the footer need."""

from django.conf import settings
from django.http import HttpRequest


def dev_tools(_request: HttpRequest) -> dict[str, bool]:
    return {"dev_tools": settings.DEBUG}

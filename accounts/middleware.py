"""When was this session last used? Written at most once a minute, as every request asks."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

EVERY_SECONDS = 60


class SessionActivityMiddleware:
    """Keep the list of sessions true without writing to the database at each request.

    It stands in for allauth's UserSessionsMiddleware, which writes for every page and every piece of audio.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key
        if key and request.user.is_authenticated and cache.add(f"session-seen:{key}", 1, EVERY_SECONDS):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)

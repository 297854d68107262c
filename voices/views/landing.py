from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.ratelimit import client_address, remaining_after
from voices import tryout
from voices.exceptions import ScriptError, VoicesError


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The public landing page; who is signed in goes on to the studio."""
    if request.user.is_authenticated:
        return redirect("voices:studio")
    return render(request, "home.html", {"max_characters": tryout.MAX_CHARACTERS})


@require_POST
def try_sentence(request: HttpRequest) -> HttpResponse:
    """One sentence for a visitor; so many an hour from one address."""
    context: dict[str, Any] = {"max_characters": tryout.MAX_CHARACTERS, "text": request.POST.get("text", "")}
    left = remaining_after(
        f"try:{client_address(request)}", limit=settings.VOICECRAFT_TRIES_PER_HOUR, seconds=3600
    )
    try:
        if left < 0:
            raise VoicesError(_("That was a lot of trying! Sign up to go on: it is free."))
        ticket = tryout.request_speech(context["text"])
        tryout.wait_for(ticket)
        context |= {"ticket": ticket, "remaining": left}
    except (VoicesError, ScriptError) as error:
        context["error"] = error.message
    return render(request, "partials/try_result.html" if request.htmx else "home.html", context)  # type: ignore[attr-defined]


@require_GET
def try_audio(request: HttpRequest, ticket: UUID) -> HttpResponse:
    """The sound of a visitor's sentence, for some minutes."""
    content = tryout.audio(ticket)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="audio/mpeg", headers={"Cache-Control": "private, max-age=600"})

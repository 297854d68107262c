"""Pages that exist only while developing. urls.py leaves them out without DEBUG; the guard holds it twice."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from voicecraft.dev import mail as mailbox
from voicecraft.dev.forms import SampleForm
from voicecraft.dev.samples import STATES

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def only_in_development(view: View[P]) -> View[P]:
    """Answer 404 unless DEBUG is on."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_in_development
@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state, on one page."""
    refused = SampleForm({"email": "ada", "script": "", "voice": "heart"}, auto_id="refused_%s")
    refused.is_valid()
    context = {"form": SampleForm(), "refused": refused, "states": STATES}
    return render(request, "dev/components.html", context)


@only_in_development
@require_GET
def mail(request: HttpRequest) -> HttpResponse:
    """The mail that was sent, newest first."""
    return render(request, "dev/mail.html", {"mails": mailbox.newest(Path(settings.EMAIL_FILE_PATH))})


@only_in_development
@require_GET
def message(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, its links to be clicked."""
    found = mailbox.find(Path(settings.EMAIL_FILE_PATH), name)
    if found is None:
        raise Http404
    return render(request, "dev/mail_message.html", {"mail": found})

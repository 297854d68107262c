"""What the user keeps."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from accounts.paging import paginate
from voices import charging
from voices import library as shelf
from voices.forms import AudioForm
from voices.models import Audio
from voices.serving import serve


@login_required
@require_GET
def library(request: SignedInRequest) -> HttpResponse:
    """The user's audios, newest first; or those that fit the words looked for, best first."""
    audios = Audio.objects.for_user(request.user).select_related("voice", "generation")
    tag, query = request.GET.get("tag", ""), request.GET.get("q", "").strip()
    if tag:
        audios = audios.tagged(tag)
    context: dict[str, Any] = {"q": query, "tag": tag, "tags": shelf.tags_of(request.user)}
    if query:
        context["audios"] = audios.search(query)[:50]
    else:
        context["page"] = page = paginate(
            audios, before=request.GET.get("before"), after=request.GET.get("after")
        )
        context["audios"] = page.items
    return render(request, "voices/library.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def audio(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One audio: hear it, download it, say what it is."""
    found = get_object_or_404(
        Audio.objects.for_user(request.user).select_related("voice", "generation"), pk=pk
    )
    form = AudioForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        shelf.describe(found, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("voices:audio", pk=pk)
    return render(request, "voices/audio.html", {"audio": found, "form": form})


@login_required
@require_GET
def audio_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The sound itself, to be played; with `?download`, to be kept."""
    found = get_object_or_404(Audio.objects.for_user(request.user).select_related("object"), pk=pk)
    if found.object is None:
        raise Http404
    name = f"{found.filename}.{found.format}" if "download" in request.GET else ""
    if name and request.method == "GET" and "Range" not in request.headers:
        charging.note_download(request.user, found)
    return serve(request, found.object, download_as=name)


@login_required
@require_POST
def delete_audio(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Into the trash; the message offers the way back."""
    found = get_object_or_404(Audio.objects.for_user(request.user), pk=pk)
    shelf.delete(found)
    undo = reverse("voices:restore-audio", args=[pk])
    messages.success(
        request, _("“%(name)s” was deleted.") % {"name": found.filename}, extra_tags=f"undo:{undo}"
    )
    return redirect("voices:library")


@login_required
@require_POST
def restore_audio(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Back out of the trash."""
    found = get_object_or_404(
        Audio.all_objects.for_user(request.user).filter(deleted_at__isnull=False), pk=pk
    )
    shelf.restore(found)
    messages.success(request, _("“%(name)s” is back.") % {"name": found.filename})
    return redirect("voices:library")

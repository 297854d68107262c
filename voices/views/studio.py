"""Writing a script and hearing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseLocation, trigger_client_event

from accounts.http import SignedInRequest
from billing.exceptions import BillingError, InsufficientCredits, PriceChanged
from voices import charging, synthesis
from voices.engines import registry
from voices.exceptions import VoicesError
from voices.forms import ScriptForm, SentenceForm, TitleForm, voice_choices
from voices.models import Segment, Take, VoiceGeneration
from voices.models.generation import MAX_CHARACTERS
from voices.progress import progress
from voices.serving import serve

PLACEHOLDER = UUID(int=0)  # stands in an address for an id that the page fills in
PLAYING_RATES = ["0.75", "1", "1.25", "1.5", "2"]


@login_required
@require_http_methods(["GET", "POST"])
def studio(request: SignedInRequest) -> HttpResponse:
    """The empty studio, or one with the script of an earlier generation (`?from=`); POST submits."""
    choices = voice_choices(request.user)
    form = ScriptForm(request.POST or None, request.FILES or None, choices=choices, initial=_initial(request))
    refusal: BillingError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            generation = form.submit(request.user)
            return _go_to(request, reverse("voices:generation", args=[generation.pk]))
        except VoicesError as error:
            form.add_error(None, error.message)
        except BillingError as error:
            refusal = error
    engines = registry.all_capabilities()
    context = {
        "form": form,
        "choices": choices,
        "engines": engines,
        "emotions": sorted({emotion for engine in engines.values() for emotion in engine.emotions}),
        "max_characters": MAX_CHARACTERS,
        "offer": charging.offer(request.user),
        "refusal": refusal,
        "agreed": refusal.needed if isinstance(refusal, PriceChanged) else "",
        "recent": VoiceGeneration.objects.for_user(request.user).select_related("voice").order_by("-pk")[:5],
    }
    return render(request, "voices/studio.html", context)


@login_required
@require_GET
def generation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One script: its sentences, its progress, its sound. `?sentence=` opens one sentence."""
    found = _generation(request, pk)
    segments = list(found.segments.select_related("take"))
    chosen = next((s for s in segments if str(s.pk) == request.GET.get("sentence")), None)
    context = {
        "generation": found,
        "segments": segments,
        "progress": progress(found),
        "title_form": TitleForm(initial={"title": found.title}),
        "capabilities": registry.all_capabilities().get(found.model),
        "placeholder": PLACEHOLDER,
        "again": charging.quote_again(found),
        "rates": PLAYING_RATES,
        **(_sentence_context(chosen) if chosen else {}),
    }
    return render(request, "voices/generation.html", context)


@login_required
@require_GET
def state(request: SignedInRequest, pk: UUID) -> JsonResponse:
    """What the open page asks for again and again: the progress, and which take each sentence has."""
    found = _generation(request, pk)
    now = progress(found)
    rows = found.segments.values_list(
        "pk", "status", "take_id", "take__duration", "pause_after", "error_message"
    )
    return JsonResponse(
        {
            "status": found.status,
            "label": found.get_status_display(),
            "active": found.is_active or (found.is_stale and found.status == "completed"),
            "done": now.done,
            "total": now.total,
            "place": now.place,
            "eta": now.eta_seconds,
            "error": found.error_message,
            "audio": _whole_audio(found),
            "segments": [
                {
                    "id": pk,
                    "status": status,
                    "take": take,
                    "duration": duration,
                    "pause": pause,
                    "error": error,
                }
                for pk, status, take, duration, pause, error in rows
            ],
        }
    )


@login_required
@require_POST
def act(request: SignedInRequest, pk: UUID, action: str) -> HttpResponse:
    """Cancel, retry, rename or delete a script."""
    found = _generation(request, pk)
    try:
        if action == "cancel":
            synthesis.cancel(found)
        elif action == "retry":
            synthesis.retry(found)
        elif action == "rename":
            form = TitleForm(request.POST)
            synthesis.rename(found, form.cleaned_data["title"] if form.is_valid() else found.title)
        else:
            synthesis.delete(found)
            messages.success(request, _("The script was deleted. Its audio is still in your library."))
            return _go_to(request, reverse("voices:history"))
    except (VoicesError, BillingError) as error:
        _say(request, error)
    return _go_to(request, reverse("voices:generation", args=[pk]))


@login_required
@require_http_methods(["GET", "POST"])
def segment(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One sentence with its takes; POST changes it and has it made again."""
    found = get_object_or_404(
        Segment.objects.for_user(request.user).select_related("generation__voice", "take"), pk=pk
    )
    form = SentenceForm(request.POST or None, initial={"text": found.body})
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["text"]
            synthesis.remake(found, text if text != found.body else None)
            return _to_sentence(request, found)
        except (VoicesError, BillingError) as error:
            form.add_error("text", error.message)
    context = {"generation": found.generation, **_sentence_context(found), "sentence_form": form}
    if request.htmx:
        return render(request, "voices/partials/sentence.html", context)
    if form.errors:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return _to_sentence(request, found)


@login_required
@require_POST
def choose_take(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let another take of a sentence be the one that is heard."""
    take = get_object_or_404(Take.objects.for_user(request.user).select_related("segment__generation"), pk=pk)
    try:
        synthesis.choose(take)
    except VoicesError as error:
        messages.error(request, error.message)
    return _to_sentence(request, take.segment)


@login_required
@require_GET
def take_audio(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The sound of one take."""
    take = get_object_or_404(Take.objects.for_user(request.user).select_related("object"), pk=pk)
    return serve(request, take.object)


def _say(request: SignedInRequest, error: VoicesError | BillingError) -> None:
    """The refusal as a message; where credits are missing, with the way to more of them."""
    messages.error(
        request, error.message, extra_tags="credits" if isinstance(error, InsufficientCredits) else ""
    )


def _whole_audio(found: VoiceGeneration) -> dict[str, Any] | None:
    """The assembled audio and the times of its sentences. The address changes with the sound, so it can be cached."""
    audio = found.audio
    if audio is None or found.is_stale or audio.deleted_at:
        return None
    cues = [[cue["start"], cue["end"]] for cue in audio.metadata.get("cues", [])]
    return {"url": f"{reverse('voices:audio-file', args=[audio.pk])}?v={audio.object_id}", "cues": cues}


def _generation(request: SignedInRequest, pk: UUID) -> VoiceGeneration:
    return get_object_or_404(
        VoiceGeneration.objects.for_user(request.user).select_related("voice", "audio"), pk=pk
    )


def _sentence_context(found: Segment) -> dict[str, Any]:
    return {
        "sentence": found,
        "takes": list(found.takes.select_related("object")),
        "sentence_form": SentenceForm(initial={"text": found.body}),
        "offer": charging.offer(found.generation.user),
        "is_premium": charging.is_premium(found.generation.voice),
    }


def _to_sentence(request: SignedInRequest, found: Segment) -> HttpResponse:
    """Back to the sentence: its panel alone for htmx, else the script's page with it open."""
    if request.htmx:
        found = Segment.objects.select_related("generation__voice", "take").get(pk=found.pk)
        context = {"generation": found.generation, **_sentence_context(found)}
        return trigger_client_event(
            render(request, "voices/partials/sentence.html", context), "takes-changed"
        )
    return redirect(f"{reverse('voices:generation', args=[found.generation_id])}?sentence={found.pk}")


def _go_to(request: SignedInRequest, url: str) -> HttpResponse:
    """On to another page; with htmx in the same document, so that sound may start without another click."""
    if request.htmx:
        return HttpResponseLocation(url, target="#main", select="#main", swap="outerHTML")
    return redirect(url)


def _initial(request: SignedInRequest) -> dict[str, Any]:
    """The form's first values: those of the script to be used again, or of the voice that was asked for."""
    initial: dict[str, Any] = {
        "speed": 1.0,
        "pitch": 1.0,
        "format": "mp3",
        "voice": request.GET.get("voice", ""),
    }
    source = request.GET.get("from", "")
    try:
        again = (
            VoiceGeneration.objects.for_user(request.user)
            .select_related("voice")
            .filter(pk=UUID(source))
            .first()
        )
    except ValueError:
        return initial
    if again:
        names = ("title", "text", "speed", "pitch", "emotion", "format")
        initial |= {name: getattr(again, name) for name in names}
        initial["voice"] = str(again.voice.template_id or again.voice_id)
    return initial

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import SignedInRequest
from accounts.paging import paginate
from voices.enums import GenerationStatus
from voices.models import VoiceGeneration


@login_required
@require_GET
def history(request: SignedInRequest) -> HttpResponse:
    """All scripts of the user, newest first; or those that hold the words looked for, best first."""
    scripts = VoiceGeneration.objects.for_user(request.user).select_related("voice", "audio").with_progress()
    status, query = request.GET.get("status", ""), request.GET.get("q", "").strip()
    if status in GenerationStatus.values:
        scripts = scripts.filter(status=status)
    context: dict[str, Any] = {"q": query, "status": status, "statuses": GenerationStatus.choices}
    if query:
        context["scripts"] = scripts.search(query)[:50]
    else:
        context["page"] = page = paginate(
            scripts, before=request.GET.get("before"), after=request.GET.get("after")
        )
        context["scripts"] = page.items
    return render(request, "voices/history.html", context)

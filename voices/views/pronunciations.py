from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest
from voices.forms import PronunciationForm
from voices.models import Pronunciation


@login_required
@require_http_methods(["GET", "POST"])
def pronunciations(request: SignedInRequest) -> HttpResponse:
    """The user's dictionary; POST adds a word."""
    form = PronunciationForm(request.POST or None, instance=Pronunciation(user=request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("From now on “%(word)s” is said so.") % {"word": form.instance.word})
        return redirect("voices:pronunciations")
    entries = Pronunciation.objects.for_user(request.user)
    return render(request, "voices/pronunciations.html", {"form": form, "entries": entries})


@login_required
@require_POST
def delete_pronunciation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    entry = get_object_or_404(Pronunciation.objects.for_user(request.user), pk=pk)
    entry.delete()
    messages.success(request, _("“%(word)s” is said as usual again.") % {"word": entry.word})
    return redirect("voices:pronunciations")

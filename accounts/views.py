"""The pages of the own account that allauth does not have: profile, picture, devices."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import devices, people
from accounts import sessions as sessions_of
from accounts.forms import ProfileForm
from accounts.http import SignedInRequest
from accounts.models import User

YEAR_SECONDS = 365 * 24 * 3600


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    # A copy: the page must not greet the person by a name that was refused
    user = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=user)
    if form.is_valid():
        people.save_profile(user, form.cleaned_data["picture"])
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_POST
def remove_picture(request: SignedInRequest) -> HttpResponse:
    people.remove_picture(request.user)
    messages.success(request, _("Your picture is removed."))
    return redirect("accounts:profile")


@login_required
@require_GET
def avatar(_request: HttpRequest, pk: UUID, version: str) -> FileResponse:
    """A person's picture, for anybody who is signed in and was given its address."""
    user = get_object_or_404(User, pk=pk)
    if not user.image or user.picture_version != version:
        raise Http404
    response = FileResponse(user.image.open(), content_type="image/webp")
    patch_cache_control(response, private=True, max_age=YEAR_SECONDS, immutable=True)
    return response


@login_required
@require_http_methods(["GET", "POST"])
def sessions(request: SignedInRequest) -> HttpResponse:
    """Where the person is signed in; POST signs out everywhere else."""
    if request.method == "POST":
        sessions_of.end(request.user, but=request.session.session_key)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("accounts:sessions")
    rows = sorted(sessions_of.alive(request.user), key=UserSession.is_current, reverse=True)
    listed = [
        {
            "row": row,
            "current": row.is_current(),
            "device": devices.describe(row.user_agent),
            "icon": "smartphone" if devices.is_handheld(row.user_agent) else "laptop",
        }
        for row in rows
    ]
    return render(request, "usersessions/usersession_list.html", {"sessions": listed})


@login_required
@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession.objects.filter(user=request.user), pk=pk)
    if session.is_current():
        return redirect("account_logout")
    session.end()
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:sessions")

"""Where a person is signed in, in as many queries for many devices as for one."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User


def alive(user: User) -> list[UserSession]:
    """The person's sessions that still open the door, last used first; notes of the others are deleted."""
    noted = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    kept = Session.objects.filter(
        session_key__in=[row.session_key for row in noted], expire_date__gt=timezone.now()
    )
    # A new password shuts earlier sessions out without deleting them
    valid = {session.session_key for session in kept if _fits(session, user)}
    dead = [row.pk for row in noted if row.session_key not in valid]
    if dead:
        UserSession.objects.filter(pk__in=dead).delete()
    return [row for row in noted if row.session_key in valid]


def end(user: User, *, but: str | None = None) -> int:
    """Sign the person out everywhere, except in the session with the key `but`. Returns how many ended."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=but or "")
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
    return len(keys)


def _fits(session: Session, user: User) -> bool:
    kept = session.get_decoded().get(HASH_SESSION_KEY, "")
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(kept, each) for each in hashes)

"""Who may work on other people's projects."""

from django.utils import timezone

from projects.models import ExpertProfile


def approve(expert: ExpertProfile) -> None:
    """Let the expert be found and given projects."""
    expert.approved_at = timezone.now()
    expert.save(update_fields=["approved_at", "updated_at"])


def withdraw_approval(expert: ExpertProfile) -> None:
    """Show the expert to nobody any more. What they have in work stays with them."""
    expert.approved_at = None
    expert.save(update_fields=["approved_at", "updated_at"])

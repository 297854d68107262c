"""A project's way from draft to delivery: which move is allowed stands in `enums`, that it was made in an event."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.enums import EventKind, ProjectStatus
from projects.exceptions import NotAllowedNow
from projects.models import ExpertProfile, Project, ProjectEvent


@transaction.atomic
def create(user: Any, name: str, **fields: Any) -> Project:
    """A new draft of the user's."""
    project = Project.objects.create(user=user, name=name, **fields)
    ProjectEvent.objects.create(
        project=project, actor=user, kind=EventKind.CREATED, to_status=ProjectStatus.DRAFT
    )
    return project


@transaction.atomic
def move(project: Project, to: ProjectStatus, *, by: Any, note: str = "") -> None:
    """Let the project go on to the state `to`; NotAllowedNow where that does not follow its own."""
    _lock(project)
    before = ProjectStatus(project.status)
    if to not in before.may_become:
        raise NotAllowedNow(
            _("A project cannot go from “%(before)s” to “%(after)s”.")
            % {"before": before.label, "after": to.label}
        )
    project.status = to
    if to == ProjectStatus.COMPLETED:
        project.completed_at = timezone.now()
    project.save(update_fields=["status", "completed_at", "updated_at"])
    ProjectEvent.objects.create(
        project=project, actor=by, kind=EventKind.MOVED, from_status=before, to_status=to, note=note
    )


@transaction.atomic
def assign_expert(project: Project, expert: ExpertProfile, *, by: Any) -> None:
    """Give the project to an expert, who must be approved; NotAllowedNow before it is ready or after its end."""
    _lock(project)
    if project.status not in (ProjectStatus.READY, ProjectStatus.IN_PROGRESS):
        raise NotAllowedNow(_("Only a project that is ready can be given to an expert."))
    if not expert.is_approved:
        raise NotAllowedNow(_("This expert is not approved yet."))
    project.expert = expert
    project.save(update_fields=["expert", "updated_at"])
    ProjectEvent.objects.create(project=project, actor=by, kind=EventKind.ASSIGNED, note=str(expert))


def _lock(project: Project) -> None:
    """Let no other change of this project run, and see what the last one left."""
    project.refresh_from_db(from_queryset=Project.objects.select_for_update(of=("self",)))

"""The audios of a project and their order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from projects.exceptions import NotAllowedNow, ProjectsError
from projects.models import Project, ProjectAudio
from voices.models import Audio


@transaction.atomic
def add_audio(project: Project, audio: Audio) -> ProjectAudio:
    """Put one of the owner's audios at the end of the project; one that is in it already stays where it is."""
    if audio.user_id != project.user_id:
        raise ProjectsError(_("Only the owner's own audios can be added."))
    rows = _locked_rows(project)
    if there := rows.filter(audio=audio).first():
        return there
    last = rows.aggregate(last=Max("order"))["last"]
    return ProjectAudio.objects.create(project=project, audio=audio, order=0 if last is None else last + 1)


@transaction.atomic
def reorder(project: Project, ids: Sequence[UUID]) -> None:
    """Put the project's rows into the order of `ids`; NotAllowedNow when these are not exactly its rows."""
    rows = {row.pk: row for row in _locked_rows(project)}
    if len(ids) != len(rows) or set(ids) != set(rows):
        raise NotAllowedNow(_("The project was changed in the meantime. Please look at it again."))
    for order, pk in enumerate(ids):
        rows[pk].order = order
    ProjectAudio.objects.bulk_update(rows.values(), ["order"])


def _locked_rows(project: Project) -> Any:
    """The project's rows, which nobody else adds to or moves until the transaction ends."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    return ProjectAudio.objects.filter(project=project)

import pytest

from projects import contents, workflow
from projects.enums import TRANSITIONS, ProjectStatus
from projects.exceptions import NotAllowedNow, ProjectsError
from projects.models import Project, ProjectAudio, ProjectEvent
from tests.helpers.rows import audio_of, expert_of, project_of

ROAD = ("estimating", "ready", "in_progress", "completed")
PAIRS = [(before, after) for before in ProjectStatus for after in ProjectStatus]
ALLOWED = {*zip(("draft", *ROAD), ROAD, strict=False)} | {
    (before, "cancelled") for before in ("draft", "estimating", "ready", "in_progress")
}


def project_at(user, status):
    done = {"completed_at": "2026-05-01T00:00Z"} if status == "completed" else {}
    return project_of(user, status=status, **done)


def test_every_state_has_its_line_in_the_table():
    assert set(TRANSITIONS) == set(ProjectStatus)


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_moves(alice, bob, before, after):
    project = project_at(alice, before)
    if (before, after) in ALLOWED:
        workflow.move(project, after, by=bob, note="On it goes")
        event = ProjectEvent.objects.get()
        assert Project.objects.get().status == project.status == after
        assert (event.kind, event.from_status, event.to_status) == ("moved", before, after)
        assert (event.actor, event.note) == (bob, "On it goes")
    else:
        with pytest.raises(NotAllowedNow):
            workflow.move(project, after, by=bob)
        assert (Project.objects.get().status, ProjectEvent.objects.count()) == (before, 0)
    assert (Project.objects.get().completed_at is None) == (Project.objects.get().status != "completed")


def test_a_stale_copy_does_not_move_twice(alice):
    project = project_of(alice)
    stale = Project.objects.get()
    workflow.move(project, ProjectStatus.CANCELLED, by=alice)
    with pytest.raises(NotAllowedNow):
        workflow.move(stale, ProjectStatus.ESTIMATING, by=alice)


def test_making_a_project_is_an_event(alice):
    project = workflow.create(alice, "A book", tags=["long"])
    event = project.events.get()
    assert (event.kind, event.actor, event.to_status, project.tags) == ("created", alice, "draft", ["long"])


def test_only_approved_experts_and_only_when_ready(alice, bob):
    expert = expert_of(bob, approved_at=None)
    project = project_of(alice, status="ready")
    with pytest.raises(NotAllowedNow, match="approved"):
        workflow.assign_expert(project, expert, by=alice)
    expert = expert_of(alice)
    with pytest.raises(NotAllowedNow, match="ready"):
        workflow.assign_expert(project_of(alice), expert, by=alice)
    workflow.assign_expert(project, expert, by=alice)
    assert Project.objects.get(pk=project.pk).expert == expert
    assert project.events.get().kind == "assigned"


def test_audios_go_to_the_end_and_once_only(alice):
    project = project_of(alice)
    rows = [contents.add_audio(project, audio_of(alice)) for _ in range(3)]
    assert [row.order for row in rows] == [0, 1, 2]
    assert contents.add_audio(project, rows[0].audio) == rows[0]
    rows[1].delete()
    assert contents.add_audio(project, audio_of(alice)).order == 3


def test_nobody_elses_audio_is_added(alice, charlie):
    with pytest.raises(ProjectsError):
        contents.add_audio(project_of(alice), audio_of(charlie))
    assert ProjectAudio.objects.count() == 0


def test_reordering_wants_exactly_the_rows_there_are(alice):
    project, other = project_of(alice), project_of(alice)
    rows = [contents.add_audio(project, audio_of(alice)).pk for _ in range(3)]
    foreign = contents.add_audio(other, audio_of(alice)).pk
    for ids in rows[:2], [*rows, foreign], [*rows[:2], foreign], [*rows, rows[0]]:
        with pytest.raises(NotAllowedNow):
            contents.reorder(project, ids)
    contents.reorder(project, rows[::-1])
    assert list(project.project_audios.values_list("pk", flat=True)) == rows[::-1]

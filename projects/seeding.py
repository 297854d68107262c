"""Three experts and a project in every state, for the demo account."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.people import ensure_user
from projects import contents, workflow
from projects.enums import Priority, ProjectStatus, Specialization
from projects.models import ExpertProfile, Project
from voices.models import Audio

EXPERTS = (
    {
        "email": "ana@experts.voicecraft.com",
        "name": "Ana Duarte",
        "specialization": [Specialization.AUDIO_EDITING, Specialization.MIXING_MASTERING],
        "bio": "Fifteen years of radio. I make speech sound close and calm.",
        "hourly_rate_cents": 6_000,
        "timezone": "Europe/Lisbon",
        "rating": 4.8,
        "completed_jobs": 41,
        "average_turnaround": 2.5 * 86_400,
        "hours": ("09:00", "17:00"),
    },
    {
        "email": "marcus@experts.voicecraft.com",
        "name": "Marcus Hill",
        "specialization": [Specialization.SOUND_DESIGN, Specialization.VOICE_OVER],
        "bio": "Sound design for games and podcasts.",
        "hourly_rate_cents": 7_500,
        "timezone": "America/New_York",
        "rating": 4.5,
        "completed_jobs": 18,
        "average_turnaround": 4 * 86_400,
        "hours": ("10:00", "18:30"),
    },
    {
        "email": "yuki@experts.voicecraft.com",
        "name": "Yuki Tanaka",
        "specialization": [Specialization.TRANSLATION, Specialization.AUDIO_EDITING],
        "bio": "English and Japanese audiobooks, from the raw takes to the master.",
        "hourly_rate_cents": 5_500,
        "timezone": "Asia/Tokyo",
        "rating": 4.9,
        "completed_jobs": 63,
        "average_turnaround": 3 * 86_400,
        "hours": ("08:00", "16:00"),
    },
)
# Name, the state it is brought to, priority, days to the deadline, which of the audios it holds
PROJECTS = (
    ("Ideas for the autumn season", ProjectStatus.DRAFT, Priority.LOW, None, (2,)),
    ("Podcast, episode 12", ProjectStatus.ESTIMATING, Priority.MEDIUM, 21, (2, 0)),
    ("Museum guide in English", ProjectStatus.READY, Priority.HIGH, 14, (0, 1)),
    ("Lighthouse stories", ProjectStatus.IN_PROGRESS, Priority.URGENT, 5, (3,)),
    ("City tour", ProjectStatus.COMPLETED, Priority.MEDIUM, None, (1, 0)),
    ("Radio spot", ProjectStatus.CANCELLED, Priority.LOW, None, (2,)),
)
ROAD = (
    ProjectStatus.DRAFT,
    ProjectStatus.ESTIMATING,
    ProjectStatus.READY,
    ProjectStatus.IN_PROGRESS,
    ProjectStatus.COMPLETED,
)


def seed_experts(password: str) -> list[ExpertProfile]:
    """The three experts, approved; they sign in with `password`. What they have changed stays."""
    return [_expert(dict(expert), password) for expert in EXPERTS]


def seed_demo_projects(user: Any, audios: Sequence[Audio], experts: Sequence[ExpertProfile]) -> int:
    """A project of the user's in every state; those that are there already stay. Returns how many there are."""
    for number, (name, status, priority, days, places) in enumerate(PROJECTS):
        if Project.objects.for_user(user).filter(name=name).exists():
            continue
        deadline = timezone.now() + timedelta(days=days) if days else None
        project = workflow.create(user, name, priority=priority, deadline=deadline)
        for place in places:
            if place < len(audios):
                contents.add_audio(project, audios[place])
        _bring_to(project, status, experts[number % len(experts)])
    return len(PROJECTS)


def _expert(fields: dict[str, Any], password: str) -> ExpertProfile:
    person = ensure_user(fields.pop("email"), password, name=fields.pop("name"))
    start, end = fields.pop("hours")
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    hours = {day: {"start": start, "end": end} for day in weekdays} | {"timezone": fields["timezone"]}
    fields |= {"working_hours": hours, "approved_at": timezone.now()}
    profile, _created = ExpertProfile.objects.get_or_create(user=person, defaults=fields)
    return profile


def _bring_to(project: Project, status: ProjectStatus, expert: ExpertProfile) -> None:
    owner = project.user
    if status == ProjectStatus.CANCELLED:
        workflow.move(project, status, by=owner, note="The client has postponed it.")
        return
    for step in ROAD[1 : ROAD.index(status) + 1]:
        if step == ProjectStatus.READY:
            _estimate(project)
        if step == ProjectStatus.IN_PROGRESS:
            workflow.assign_expert(project, expert, by=owner)
        workflow.move(project, step, by=expert.user if step == ProjectStatus.COMPLETED else owner)


def _estimate(project: Project) -> None:
    project.estimated_cost_cents, project.estimated_duration = 9_000, 1.5 * 3_600
    project.save(update_fields=["estimated_cost_cents", "estimated_duration", "updated_at"])

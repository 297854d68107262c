"""Staff's view of projects and experts."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.backoffice import LookOnlyAdmin, act_on_each
from projects import experts
from projects.models import ExpertProfile, Project, ProjectAudio, ProjectEvent


class ProjectAudioInline(admin.TabularInline):
    model = ProjectAudio
    fields = readonly_fields = ("order", "audio", "status", "notes")
    can_delete = False
    extra = max_num = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProjectAudio]:
        return super().get_queryset(request).select_related("audio")


class ProjectEventInline(admin.TabularInline):
    model = ProjectEvent
    fields = readonly_fields = ("created_at", "kind", "from_status", "to_status", "actor", "note")
    can_delete = False
    extra = max_num = 0
    ordering = ("id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProjectEvent]:
        return super().get_queryset(request).select_related("actor")


@admin.register(Project)
class ProjectAdmin(LookOnlyAdmin):
    list_display = ("name", "user", "status", "priority", "expert", "deadline", "audios", "created_at")
    list_filter = ("status", "priority", ("expert", admin.EmptyFieldListFilter))
    list_select_related = ("user", "expert__user")
    search_fields = ("name", "user__email", "expert__user__email")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    inlines = (ProjectAudioInline, ProjectEventInline)
    fields = (
        "user", "name", "description", "status", "priority", "tags", "expert", "instructions", "deadline",
        "estimated_cost_cents", "currency", "estimated_duration", "estimation_data", "created_at", "completed_at",
    )  # fmt: skip

    def get_queryset(self, _request: HttpRequest) -> QuerySet[Project]:
        return Project.objects.with_audio_count()

    @admin.display(description=_("audios"))
    def audios(self, project: Any) -> int:
        return int(project.audio_count)


@admin.register(ExpertProfile)
class ExpertProfileAdmin(LookOnlyAdmin):
    list_display = (
        "user", "is_approved", "is_available", "specialization", "rating", "completed_jobs", "hourly_rate_cents",
        "timezone", "created_at",
    )  # fmt: skip
    list_filter = (("approved_at", admin.EmptyFieldListFilter), "is_available")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name", "bio")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    actions = ("approve", "withdraw_approval")

    @admin.display(boolean=True, description=_("approved"), ordering="approved_at")
    def is_approved(self, expert: ExpertProfile) -> bool:
        return expert.is_approved

    @admin.action(description=_("Approve"), permissions=["operate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[ExpertProfile]) -> None:
        chosen = queryset.filter(approved_at=None)
        act_on_each(self, request, chosen, experts.approve, note=str(_("Approved")))

    @admin.action(description=_("Withdraw approval"), permissions=["operate"])
    def withdraw_approval(self, request: HttpRequest, queryset: QuerySet[ExpertProfile]) -> None:
        chosen = queryset.exclude(approved_at=None)
        act_on_each(self, request, chosen, experts.withdraw_approval, note=str(_("Approval withdrawn")))

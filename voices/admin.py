"""Staff's view of voices, scripts and audio."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.backoffice import LookOnlyAdmin, act_on_each
from voices import leaving, moderation, synthesis
from voices.exceptions import VoicesError
from voices.models import Audio, Segment, StorageObject, Voice, VoiceGeneration, VoiceTemplate

OPERATE = ["operate"]


@admin.register(VoiceTemplate)
class VoiceTemplateAdmin(admin.ModelAdmin):
    list_display = (
        "name", "language", "accent", "gender", "age_group", "style", "model", "is_featured", "is_premium",
        "usage_count",
    )  # fmt: skip
    list_filter = ("is_featured", "is_premium", "language", "gender", "age_group", "style", "model")
    search_fields = ("name", "description", "slug")
    readonly_fields = ("usage_count",)
    actions = ("feature", "stop_featuring")

    @admin.action(description=_("Feature"), permissions=["change"])
    def feature(self, request: HttpRequest, queryset: QuerySet[VoiceTemplate]) -> None:
        chosen = queryset.filter(is_featured=False)
        act_on_each(self, request, chosen, moderation.feature, note=str(_("Featured")))

    @admin.action(description=_("No longer feature"), permissions=["change"])
    def stop_featuring(self, request: HttpRequest, queryset: QuerySet[VoiceTemplate]) -> None:
        chosen = queryset.filter(is_featured=True)
        act_on_each(self, request, chosen, moderation.stop_featuring, note=str(_("No longer featured")))


@admin.register(Voice)
class VoiceAdmin(LookOnlyAdmin):
    list_display = (
        "name",
        "user",
        "language",
        "model",
        "is_cloned",
        "is_public",
        "is_verified",
        "status",
        "created_at",
    )
    list_filter = ("status", "is_public", "is_verified", "is_cloned", "language", "model")
    list_select_related = ("user",)
    search_fields = ("name", "user__email", "voice_id")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    actions = ("hide", "verify", "withdraw_verification")
    fields = (
        "user", "name", "description", "template", "language", "accent", "gender", "age_group", "style", "model",
        "voice_id", "sample", "is_public", "is_cloned", "is_verified", "status", "created_at",
    )  # fmt: skip

    @admin.action(description=_("Hide: take off the public list"), permissions=OPERATE)
    def hide(self, request: HttpRequest, queryset: QuerySet[Voice]) -> None:
        act_on_each(self, request, queryset.filter(is_public=True), moderation.hide, note=str(_("Hidden")))

    @admin.action(description=_("Verify"), permissions=OPERATE)
    def verify(self, request: HttpRequest, queryset: QuerySet[Voice]) -> None:
        act_on_each(
            self, request, queryset.filter(is_verified=False), moderation.verify, note=str(_("Verified"))
        )

    @admin.action(description=_("Withdraw verification"), permissions=OPERATE)
    def withdraw_verification(self, request: HttpRequest, queryset: QuerySet[Voice]) -> None:
        act = moderation.withdraw_verification
        act_on_each(
            self, request, queryset.filter(is_verified=True), act, note=str(_("Verification withdrawn"))
        )

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self._may(request, "delete")

    def get_deleted_objects(self, objs: Any, _request: HttpRequest) -> Any:
        """What goes is said by number: a voice may have spoken thousands of scripts."""
        lines = [
            f"{voice}; {_('scripts')}: {voice.generations.count():,}; {_('its audios stay')}"
            for voice in objs
        ]
        return lines, {Voice._meta.verbose_name_plural: len(objs)}, set(), []

    def delete_model(self, _request: HttpRequest, obj: Voice) -> None:
        leaving.delete_voice(obj)

    def delete_queryset(self, _request: HttpRequest, queryset: QuerySet[Voice]) -> None:
        for voice in queryset:
            leaving.delete_voice(voice)


class SegmentInline(admin.TabularInline):
    model = Segment
    fields = readonly_fields = ("position", "text", "status", "attempts", "lane", "error_message")
    can_delete = False
    extra = max_num = 0
    ordering = ("position",)


@admin.register(VoiceGeneration)
class VoiceGenerationAdmin(LookOnlyAdmin):
    list_display = (
        "__str__",
        "user",
        "voice",
        "status",
        "character_count",
        "cost",
        "created_at",
        "completed_at",
    )
    list_filter = ("status", "model", "language", "format")
    list_select_related = ("user", "voice")
    search_fields = ("title", "user__email")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    actions = ("retry", "cancel")
    inlines = (SegmentInline,)
    fields = (
        "user", "voice", "title", "text", "language", "model", "speed", "pitch", "emotion", "emphasis", "format",
        "status", "error_message", "character_count", "cost", "audio", "duration", "file_size", "created_at",
        "completed_at",
    )  # fmt: skip

    @admin.action(description=_("Try again"), permissions=OPERATE)
    def retry(self, request: HttpRequest, queryset: QuerySet[VoiceGeneration]) -> None:
        note = str(_("Tried again"))
        act_on_each(self, request, queryset, synthesis.retry, note=note, refusals=(VoicesError,))

    @admin.action(description=_("Cancel"), permissions=OPERATE)
    def cancel(self, request: HttpRequest, queryset: QuerySet[VoiceGeneration]) -> None:
        note = str(_("Cancelled"))
        act_on_each(self, request, queryset, synthesis.cancel, note=note, refusals=(VoicesError,))


@admin.register(Audio)
class AudioAdmin(LookOnlyAdmin):
    list_display = (
        "filename",
        "user",
        "voice",
        "duration",
        "file_size",
        "format",
        "upload_source",
        "status",
        "created_at",
    )
    list_filter = ("status", "upload_source", "format")
    list_select_related = ("user", "voice")
    search_fields = ("filename", "user__email")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = (
        "user", "filename", "description", "tags", "text", "voice", "object", "duration", "file_size", "format",
        "upload_source", "status", "created_at",
    )  # fmt: skip


@admin.register(StorageObject)
class StorageObjectAdmin(LookOnlyAdmin):
    list_display = ("name", "user", "provider", "content_type", "size", "created_at", "deleted_at")
    list_filter = ("provider", "content_type", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("name", "pathname", "user__email")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    def get_queryset(self, _request: HttpRequest) -> QuerySet[StorageObject]:
        """With those in the trash."""
        return StorageObject.all_objects.order_by(*self.ordering)

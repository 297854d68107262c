from django.db import models
from django.db.models import Q
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from accounts.base import OwnedRow, Row
from accounts.search import search_field, search_indexes, words_field
from voices.enums import AgeGroup, Gender, Style, VoiceStatus
from voices.querysets import VoiceQuerySet, VoiceTemplateQuerySet


class VoiceTemplate(Row):
    """A voice that the studio brings along, open to everybody."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    accent = models.CharField(max_length=50, blank=True)
    gender = models.CharField(max_length=10, choices=Gender)
    age_group = models.CharField(max_length=20, choices=AgeGroup)
    style = models.CharField(max_length=20, choices=Style)
    model = models.CharField(max_length=50, help_text=_("The engine that speaks it."))
    voice_id = models.CharField(max_length=100, help_text=_("What the engine calls it."))
    sample_audio_url = models.CharField(
        max_length=300, help_text=_("A URL, or a path below the static files: “audio/voices/heart.mp3”.")
    )
    sample_text = models.CharField(max_length=300, blank=True)
    is_featured = models.BooleanField(default=False)
    is_premium = models.BooleanField(default=False)
    usage_count = models.PositiveIntegerField(default=0)

    words = words_field(["name", "description"])
    search = search_field(["name", "description"])

    objects = VoiceTemplateQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "voice_id"], name="template_voice_unique")]
        indexes = [
            models.Index(fields=["language"], name="template_language"),
            models.Index(fields=["is_featured"], name="template_is_featured"),
            *search_indexes("template"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sample_url(self) -> str:
        is_absolute = self.sample_audio_url.startswith(("http://", "https://"))
        return self.sample_audio_url if is_absolute else static(self.sample_audio_url)


class Voice(OwnedRow):
    """A voice in a user's own collection: a template they speak with, or a clone of their own."""

    template = models.ForeignKey(
        VoiceTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="voices"
    )
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en-US")
    accent = models.CharField(max_length=50, blank=True)
    gender = models.CharField(max_length=10, choices=Gender, blank=True)
    age_group = models.CharField(max_length=20, choices=AgeGroup, blank=True)
    style = models.CharField(max_length=20, choices=Style, blank=True)
    voice_id = models.CharField(
        max_length=100, null=True, blank=True, unique=True, help_text=_("What the engine calls the clone.")
    )
    model = models.CharField(max_length=50, blank=True, help_text=_("The engine that speaks it."))
    sample = models.ForeignKey(
        "voices.StorageObject", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_public = models.BooleanField(default=False)
    is_cloned = models.BooleanField(default=False)
    is_verified = models.BooleanField(default=False)
    status = models.CharField(max_length=20, choices=VoiceStatus, default=VoiceStatus.ACTIVE)

    words = words_field(["name", "description"])
    search = search_field(["name", "description"])

    objects = VoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "template"], name="voice_template_once_per_user"),
            models.CheckConstraint(condition=Q(status__in=VoiceStatus.values), name="voice_status_known"),
        ]
        indexes = [
            models.Index(fields=["is_public"], name="voice_is_public"),
            models.Index(fields=["user", "status"], name="voice_user_status"),
            *search_indexes("voice"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sample_url(self) -> str:
        return self.sample.url if self.sample else ""

    @property
    def engine_voice_id(self) -> str:
        """What the engine calls it: the clone's own id, or the template's."""
        return self.voice_id or (self.template.voice_id if self.template else "")

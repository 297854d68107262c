from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base import OwnedRow, Row
from accounts.search import search_field, search_indexes, words_field
from voices.enums import AudioFormat, GenerationStatus, Lane, SegmentStatus
from voices.querysets import (
    OwnedQuerySet,
    SegmentQuerySet,
    TakeQuerySet,
    VoiceGenerationQuerySet,
)

MAX_CHARACTERS = 10_000
RATIO = (0.5, 2.0)  # of speed and of pitch
_ratio_validators = [MinValueValidator(RATIO[0]), MaxValueValidator(RATIO[1])]


class VoiceGeneration(OwnedRow):
    """A script that is to be spoken, or was: text -> segments -> audio."""

    voice = models.ForeignKey("voices.Voice", on_delete=models.CASCADE, related_name="generations")
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    language = models.CharField(max_length=10, default="en-US")
    model = models.CharField(max_length=50, help_text=_("The engine that speaks it."))

    audio = models.OneToOneField(
        "voices.Audio", on_delete=models.SET_NULL, null=True, blank=True, related_name="generation"
    )
    duration = models.FloatField(null=True, blank=True, help_text="seconds")
    file_size = models.PositiveBigIntegerField(null=True, blank=True, help_text="bytes")
    format = models.CharField(max_length=10, choices=AudioFormat, default=AudioFormat.MP3)

    speed = models.FloatField(default=1.0, validators=_ratio_validators)
    pitch = models.FloatField(default=1.0, validators=_ratio_validators)
    emotion = models.CharField(max_length=30, blank=True)
    emphasis = models.JSONField(default=dict, blank=True, help_text=_("Spans of the text that are stressed."))

    status = models.CharField(max_length=20, choices=GenerationStatus, default=GenerationStatus.PENDING)
    error_message = models.TextField(blank=True)

    character_count = models.PositiveIntegerField(help_text=_("Graphemes of the text as typed."))
    cost = models.PositiveIntegerField(null=True, blank=True, help_text=_("credits"))

    served_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When a worker last took a segment of it.")
    )
    assembling_until = models.DateTimeField(null=True, editable=False)
    assembly_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    is_stale = models.BooleanField(
        default=False, editable=False, help_text=_("The audio lacks the latest takes.")
    )
    completed_at = models.DateTimeField(null=True, blank=True)

    words = words_field(["title"])
    search = search_field(["title"], texts=["text"])

    objects = VoiceGenerationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=GenerationStatus.values), name="generation_status_known"
            ),
            models.CheckConstraint(
                condition=Q(character_count__gte=1, character_count__lte=MAX_CHARACTERS),
                name="generation_characters",
            ),
            models.CheckConstraint(condition=Q(speed__range=RATIO), name="generation_speed"),
            models.CheckConstraint(condition=Q(pitch__range=RATIO), name="generation_pitch"),
            models.CheckConstraint(
                condition=Q(duration__isnull=True) | Q(duration__gte=0), name="generation_duration"
            ),
        ]
        indexes = [
            models.Index(fields=["status"], name="generation_status"),
            models.Index(fields=["created_at"], name="generation_created_at"),
            models.Index(fields=["user", "created_at"], name="generation_user_created_at"),
            models.Index(fields=["created_at", "status"], name="generation_created_status"),
            models.Index(
                fields=["user", "served_at"],
                name="generation_active",
                condition=Q(status__in=GenerationStatus.active()),
            ),
            *search_indexes("generation"),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:60]

    @property
    def is_active(self) -> bool:
        return self.status in GenerationStatus.active()


class Segment(Row):
    """A sentence or short group of a script: the unit that is spoken, heard, changed and made again."""

    generation = models.ForeignKey(VoiceGeneration, on_delete=models.CASCADE, related_name="segments")
    position = models.PositiveIntegerField()
    text = models.TextField(help_text=_("The slice of the script, markup and white space included."))
    spoken = models.TextField(blank=True, help_text=_("What the engine is handed."))
    emphasis = models.JSONField(default=list, blank=True, help_text=_("Character spans of the spoken text."))
    pause_after = models.FloatField(default=0.0, help_text="seconds")

    lane = models.CharField(max_length=20, choices=Lane, default=Lane.BULK)
    status = models.CharField(max_length=20, choices=SegmentStatus, default=SegmentStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(
        null=True, blank=True, help_text=_("A failed one is not tried again sooner.")
    )
    lease_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Past it, its worker is taken for dead.")
    )
    started_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=100, blank=True, help_text=_("The job at a remote engine."))
    error_message = models.TextField(blank=True)
    take = models.ForeignKey(
        "voices.Take", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    covered_by = models.CharField(
        max_length=120,
        blank=True,
        editable=False,
        help_text=_("The key of the reservation that pays for it."),
    )

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["generation", "position"], name="segment_position_unique"),
            models.CheckConstraint(condition=Q(status__in=SegmentStatus.values), name="segment_status_known"),
        ]
        indexes = [
            models.Index(
                fields=["generation", "lane", "position"],
                name="segment_waiting",
                condition=Q(status=SegmentStatus.PENDING),
            ),
            models.Index(
                fields=["lease_until"], name="segment_leased", condition=Q(status=SegmentStatus.RUNNING)
            ),
        ]

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def body(self) -> str:
        """The text without the white space that parts it from its neighbours."""
        return self.text.strip()

    @property
    def space_before(self) -> str:
        return self.text[: len(self.text) - len(self.text.lstrip())]

    @property
    def space_after(self) -> str:
        return self.text[len(self.text.rstrip()) :] if self.body else ""


class Take(Row):
    """One way in which a segment was spoken. All takes are kept; the segment points to the chosen one."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="takes")
    object = models.ForeignKey("voices.StorageObject", on_delete=models.RESTRICT, related_name="+")
    text = models.TextField(help_text=_("The segment's text when it was spoken."))
    settings = models.JSONField(default=dict, blank=True)
    duration = models.FloatField(help_text="seconds")
    work_seconds = models.FloatField(default=0.0, help_text=_("What it took to make."))
    covered_by = models.CharField(
        max_length=120,
        blank=True,
        editable=False,
        help_text=_("The key of the reservation that paid for it."),
    )
    cost_micros = models.PositiveBigIntegerField(
        default=0, help_text=_("Paid by the operator, in millionths of a dollar.")
    )

    objects = TakeQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["-created_at"], name="take_created_at")]

    def __str__(self) -> str:
        return self.text.strip()[:60]


class Pronunciation(OwnedRow):
    """How a word is to be said, in everything that the user has spoken: `word` is respelled as `spoken_as`."""

    word = models.CharField(max_length=60)
    spoken_as = models.CharField(max_length=120)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ("word",)
        constraints = [
            models.UniqueConstraint(
                "user",
                models.functions.Lower("word"),
                name="pronunciation_word_unique",
                violation_error_message=_("That word is in your dictionary already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.spoken_as}"

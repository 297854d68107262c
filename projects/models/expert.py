from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.base import OwnedRow
from projects.enums import Specialization
from projects.querysets import ExpertProfileQuerySet
from projects.working_hours import WorkingHoursParse, validate_timezone, validate_working_hours

CURRENCY = r"^[A-Z]{3}$"  # ISO 4217
BEST_RATING = 5


class ExpertProfile(OwnedRow):
    """Somebody who works on other people's projects. Staff approve them before they are shown."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="expert_profile"
    )
    specialization = ArrayField(
        models.CharField(max_length=30, choices=Specialization), default=list, blank=True
    )
    bio = models.TextField(blank=True)
    hourly_rate_cents = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD", validators=[RegexValidator(CURRENCY)])

    is_available = models.BooleanField(default=True)
    timezone = models.CharField(max_length=60, blank=True, validators=[validate_timezone])
    working_hours = models.JSONField(default=dict, blank=True, validators=[validate_working_hours])
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)

    rating = models.FloatField(
        null=True, blank=True, default=0, validators=[MinValueValidator(0), MaxValueValidator(BEST_RATING)]
    )
    completed_jobs = models.PositiveIntegerField(default=0)
    average_turnaround = models.FloatField(null=True, blank=True, help_text="seconds")

    objects = ExpertProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(0, BEST_RATING)), name="expert_rating"
            ),
            models.CheckConstraint(condition=Q(currency__regex=CURRENCY), name="expert_currency"),
            models.CheckConstraint(
                condition=Q(average_turnaround__isnull=True) | Q(average_turnaround__gte=0),
                name="expert_turnaround",
            ),
            models.CheckConstraint(
                condition=Q(specialization__contained_by=Specialization.values),
                name="expert_specialization_known",
            ),
            models.CheckConstraint(
                condition=WorkingHoursParse(F("working_hours")),
                name="expert_working_hours",
                violation_error_message=_("These working hours cannot be understood."),
            ),
        ]
        indexes = [
            models.Index(fields=["is_available"], name="expert_is_available"),
            models.Index(
                fields=["-rating"],
                name="expert_best_available",
                condition=Q(is_available=True, approved_at__isnull=False),
            ),
            GinIndex(fields=["specialization"], name="expert_specialization"),
        ]

    def __str__(self) -> str:
        return self.user.get_full_name()

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None

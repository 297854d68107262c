"""The states and choices of plans, subscriptions and credits."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanKey(models.TextChoices):
    """The plans that the product comes with; staff may add others."""

    FREE = "free", _("Free")
    STARTER = "starter", _("Starter")
    PRO = "pro", _("Pro")
    ENTERPRISE = "enterprise", _("Enterprise")


class BillingSource(models.TextChoices):
    """Who keeps a plan's price and its customers."""

    MANUAL = "manual", _("By hand")
    STRIPE = "stripe", "Stripe"


class BillingInterval(models.TextChoices):
    """How long the period is that is paid for at once."""

    MONTH = "month", _("Monthly")
    YEAR = "year", _("Yearly")


class CallToAction(models.TextChoices):
    """What the button under a plan does."""

    CHECKOUT = "checkout", _("Buy it")
    CONTACT = "contact", _("Get in touch")


class SubscriptionStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    CANCELLED = "cancelled", _("Cancelled: runs until the period ends")
    EXPIRED = "expired", _("Expired")
    PAST_DUE = "past_due", _("Payment failed")

    @classmethod
    def current(cls) -> tuple["SubscriptionStatus", ...]:
        """The plan still holds; a user has at most one such subscription."""
        return cls.ACTIVE, cls.CANCELLED, cls.PAST_DUE


class EventState(models.TextChoices):
    """How far the handling of an event from outside has come."""

    RECEIVED = "received", _("Received")
    HANDLED = "handled", _("Handled")
    IGNORED = "ignored", _("Not for us")
    FAILED = "failed", _("Failed")


class OperationType(models.TextChoices):
    """Why credits changed hands."""

    GENERATE_VOICE = "generate_voice", _("Speech, per 100 characters begun")
    PREMIUM_VOICE = "premium_voice", _("Premium voice, added per 100 characters begun")
    CLONE_VOICE = "clone_voice", _("Voice clone")
    TRANSCRIBE = "transcribe", _("Transcript, per minute begun")
    MASTER = "master", _("Mastering, per audio")
    ESTIMATE_PROJECT = "estimate_project", _("Project estimate")
    GRANT = "grant", _("Credits granted")
    PURCHASE = "purchase", _("Credits bought")
    ADJUSTMENT = "adjustment", _("Credits taken back")

    @property
    def short(self) -> str:
        """The label without what it is counted by."""
        return str(self.label).partition(",")[0]

    @classmethod
    def priced(cls) -> tuple["OperationType", ...]:
        """What users do and pay for, at prices that staff set."""
        return (
            cls.GENERATE_VOICE,
            cls.PREMIUM_VOICE,
            cls.CLONE_VOICE,
            cls.TRANSCRIBE,
            cls.MASTER,
            cls.ESTIMATE_PROJECT,
        )


class UsageAction(models.TextChoices):
    """What a user did."""

    GENERATE_VOICE = "generate_voice", _("Had a script spoken")
    CLONE_VOICE = "clone_voice", _("Started a voice clone")
    DOWNLOAD_AUDIO = "download_audio", _("Downloaded an audio")
    CREATE_PROJECT = "create_project", _("Made a project")
    ASSIGN_EXPERT = "assign_expert", _("Assigned an expert")
    TRANSCRIBE = "transcribe", _("Had an audio transcribed")
    MASTER = "master", _("Had an audio mastered")
    ESTIMATE_PROJECT = "estimate_project", _("Had a project estimated")


class ReservationState(models.TextChoices):
    """What became of the characters and credits that were set aside for something."""

    RESERVED = "reserved", _("Set aside")
    SETTLED = "settled", _("Charged")
    RELEASED = "released", _("Given back")

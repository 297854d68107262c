"""Where every model and field of the two schema documents lives here. `manage.py schema` prints it.

A test holds the table against the models. A place is "app.Model.field"; a field that has none says why.
"""

from dataclasses import dataclass

ONE_IDENTITY = "one identity: the user row itself"
OWN_ROW = "its own table, which says more than a URL"


@dataclass(frozen=True)
class Place:
    """`here` is where a field of the documents lives, or "" where it was dropped; `why` says what was changed."""

    here: str
    why: str = ""


@dataclass(frozen=True)
class Model:
    """A model of the documents: `source` is V (VoiceCraft Database) or P (Database Schema and Operations)."""

    source: str
    name: str
    here: str
    fields: dict[str, Place]


def _same(model: str, names: str) -> dict[str, Place]:
    """Fields that have the same name here, but for the case: "ageGroup" is age_group."""
    return {name: Place(f"{model}.{_snake(name)}") for name in names.split()}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


SCHEMA: tuple[Model, ...] = (
    Model(
        "V",
        "User",
        "accounts.User",
        _same("accounts.User", "id email name image createdAt updatedAt subscriptions voices projects usage")
        | _same("accounts.User", "audios expertProfile")
        | {
            "emailVerified": Place("accounts.User.email_verified_at", "named as the time that it is"),
            "generations": Place("accounts.User.voicegenerations"),
        },
    ),
    Model(
        "V",
        "Voice",
        "voices.Voice",
        _same("voices.Voice", "id user name description language accent gender ageGroup style voiceId model")
        | _same("voices.Voice", "isPublic isCloned isVerified status createdAt updatedAt generations audios")
        | {
            "userId": Place("voices.Voice.user_id"),
            "sampleAudioUrl": Place("voices.Voice.sample", f"a stored object: {OWN_ROW}"),
        },
    ),
    Model(
        "V",
        "VoiceGeneration",
        "voices.VoiceGeneration",
        _same(
            "voices.VoiceGeneration",
            "id user voice text language duration fileSize format speed pitch emotion",
        )
        | _same("voices.VoiceGeneration", "emphasis status errorMessage characterCount createdAt completedAt")
        | {
            "userId": Place("voices.VoiceGeneration.user_id"),
            "voiceId": Place("voices.VoiceGeneration.voice_id"),
            "audioUrl": Place("voices.VoiceGeneration.audio", f"an audio of the library: {OWN_ROW}"),
            "cost": Place("voices.VoiceGeneration.cost", "whole credits: no float near the ledger"),
        },
    ),
    Model(
        "V",
        "Subscription",
        "billing.Subscription",
        _same(
            "billing.Subscription", "id user status stripeSubscriptionId stripePriceId stripeCurrentPeriodEnd"
        )
        | _same("billing.Subscription", "monthlyCharacterLimit monthlyVoiceClones allowCustomVoices")
        | _same("billing.Subscription", "allowCommercialUse createdAt updatedAt cancelledAt")
        | {
            "userId": Place("billing.Subscription.user_id"),
            "plan": Place(
                "billing.Subscription.plan", "a foreign key to the plan; its key is the document's text"
            ),
            "stripeCustomerId": Place(
                "billing.Subscription.stripe_customer_id",
                "unique among current subscriptions: who comes back is the same customer",
            ),
        },
    ),
    Model(
        "V",
        "UsageLog",
        "billing.UsageLog",
        _same("billing.UsageLog", "id user action characterCount metadata createdAt")
        | {
            "userId": Place("billing.UsageLog.user_id"),
            "cost": Place("billing.UsageLog.cost", "whole credits"),
        },
    ),
    Model(
        "V",
        "VoiceTemplate",
        "voices.VoiceTemplate",
        _same(
            "voices.VoiceTemplate", "id name description language accent gender ageGroup style sampleAudioUrl"
        )
        | _same("voices.VoiceTemplate", "isFeatured isPremium usageCount createdAt updatedAt"),
    ),
    Model(
        "V",
        "Audio",
        "voices.Audio",
        _same(
            "voices.Audio", "id user filename duration fileSize format voice text metadata uploadSource tags"
        )
        | _same("voices.Audio", "description status projectAudios createdAt updatedAt deletedAt")
        | {
            "userId": Place("voices.Audio.user_id"),
            "voiceId": Place("voices.Audio.voice_id"),
            "audioUrl": Place("voices.Audio.object", f"a stored object: {OWN_ROW}"),
        },
    ),
    Model(
        "V",
        "Project",
        "projects.Project",
        _same("projects.Project", "id user name description status estimatedDuration estimationData expert")
        | _same("projects.Project", "instructions deadline priority tags projectAudios createdAt updatedAt")
        | _same("projects.Project", "completedAt")
        | {
            "userId": Place("projects.Project.user_id"),
            "expertId": Place("projects.Project.expert_id"),
            "estimatedCost": Place(
                "projects.Project.estimated_cost_cents", "minor units of `currency`, no float"
            ),
        },
    ),
    Model(
        "V",
        "ProjectAudio",
        "projects.ProjectAudio",
        _same("projects.ProjectAudio", "id project audio order status notes createdAt")
        | {
            "projectId": Place("projects.ProjectAudio.project_id"),
            "audioId": Place("projects.ProjectAudio.audio_id"),
        },
    ),
    Model(
        "V",
        "ExpertProfile",
        "projects.ExpertProfile",
        _same("projects.ExpertProfile", "id user specialization bio isAvailable timezone workingHours rating")
        | _same("projects.ExpertProfile", "completedJobs averageTurnaround projects createdAt updatedAt")
        | {
            "userId": Place("projects.ExpertProfile.user_id"),
            "hourlyRate": Place(
                "projects.ExpertProfile.hourly_rate_cents", "minor units of `currency`, no float"
            ),
        },
    ),
    Model(
        "P",
        "User",
        "accounts.User",
        _same("accounts.User", "id email name isActive createdAt updatedAt creditBalance usageHistory")
        | _same("accounts.User", "subscriptionEvents")
        | {
            "clerkId": Place("", ONE_IDENTITY),
            "storageObjects": Place("accounts.User.storageobjects"),
        },
    ),
    Model(
        "P",
        "Feature",
        "billing.Feature",
        _same("billing.Feature", "id workspaceId name description tags createdAt updatedAt"),
    ),
    Model(
        "P",
        "CreditBalance",
        "billing.CreditBalance",
        _same("billing.CreditBalance", "id user lastSyncedAt createdAt updatedAt usageHistory")
        | {
            "userId": Place("billing.CreditBalance.user_id"),
            "clerkUserId": Place("", ONE_IDENTITY),
            "creditsRemaining": Place(
                "billing.CreditBalance.credits_remaining",
                "starts at 0; the document's 100 are granted through the ledger, so that the two always agree",
            ),
        },
    ),
    Model(
        "P",
        "UsageHistory",
        "billing.UsageHistory",
        _same("billing.UsageHistory", "id user creditBalance operationType creditsUsed details timestamp")
        | {
            "userId": Place("billing.UsageHistory.user_id"),
            "creditBalanceId": Place("billing.UsageHistory.credit_balance_id"),
        },
    ),
    Model(
        "P",
        "AdminSettings",
        "billing.AdminSettings",
        _same("billing.AdminSettings", "id featureCosts createdAt updatedAt"),
    ),
    Model(
        "P",
        "Plan",
        "billing.Plan",
        _same("billing.Plan", "id name credits active sortOrder currency priceMonthlyCents priceYearlyCents")
        | _same("billing.Plan", "description features badge highlight ctaType ctaLabel ctaUrl billingSource")
        | _same("billing.Plan", "createdAt updatedAt")
        | {
            "asaasId": Place("billing.Plan.external_id", "one id per `billing_source`, unique together"),
            "clerkId": Place("billing.Plan.external_id", "one id per `billing_source`, unique together"),
            "clerkName": Place("billing.Plan.key", "the fixed name that code and payment services know"),
        },
    ),
    Model(
        "P",
        "StorageObject",
        "voices.StorageObject",
        _same("voices.StorageObject", "id user pathname name contentType size deletedAt createdAt updatedAt")
        | {
            "userId": Place("voices.StorageObject.user_id"),
            "clerkUserId": Place("", ONE_IDENTITY),
            "provider": Place(
                "voices.StorageObject.provider", "a local folder or S3 in place of Vercel Blob"
            ),
            "url": Place(
                "voices.StorageObject.url", "asked of the storage each time: signed and short-lived on S3"
            ),
        },
    ),
    Model(
        "P",
        "SubscriptionEvent",
        "billing.SubscriptionEvent",
        _same("billing.SubscriptionEvent", "id user planKey status eventType occurredAt metadata createdAt")
        | {
            "userId": Place("billing.SubscriptionEvent.user_id"),
            "clerkUserId": Place(
                "billing.SubscriptionEvent.event_id", "Stripe's own id of the event, unique"
            ),
        },
    ),
    Model(
        "P",
        "OperationType",
        "billing.OperationType",
        {
            "AI_TEXT_CHAT": Place("", "this product sells no chat"),
            "AI_IMAGE_GENERATION": Place("", "this product sells no images"),
            "AI_VIDEO_GENERATION": Place("", "this product sells no video"),
            "SHORTS_SCRIPT": Place("", "this product sells no scripts"),
            "SHORTS_MEDIA": Place("billing.OperationType.GENERATE_VOICE", "what it sells is speech"),
        },
    ),
)

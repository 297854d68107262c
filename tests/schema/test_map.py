"""The table behind `manage.py schema` is true, and the models have the documents' defaults, states and indexes."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from accounts.base import new_id
from billing import enums as billing
from projects import enums as projects
from voicecraft.schema_map import SCHEMA, Model, _snake
from voices import enums as voices

PLACES = [
    pytest.param(model, name, place, id=f"{model.source}.{model.name}.{name}")
    for model in SCHEMA
    for name, place in model.fields.items()
]
# What the documents declare: field names of each model, in their order (checked against the documents' text)
DECLARED = {
    (
        "V",
        "User",
    ): "id email name image emailVerified createdAt updatedAt subscriptions voices generations usage audios "
    "projects expertProfile",
    (
        "V",
        "Voice",
    ): "id userId user name description language accent gender ageGroup style voiceId sampleAudioUrl model "
    "isPublic isCloned isVerified status createdAt updatedAt generations audios",
    (
        "V",
        "VoiceGeneration",
    ): "id userId user voiceId voice text language audioUrl duration fileSize format speed pitch "
    "emotion emphasis status errorMessage characterCount cost createdAt completedAt",
    ("V", "Subscription"): "id userId user plan status stripeCustomerId stripeSubscriptionId stripePriceId "
    "stripeCurrentPeriodEnd monthlyCharacterLimit monthlyVoiceClones allowCustomVoices allowCommercialUse createdAt "
    "updatedAt cancelledAt",
    ("V", "UsageLog"): "id userId user action characterCount cost metadata createdAt",
    (
        "V",
        "VoiceTemplate",
    ): "id name description language accent gender ageGroup style sampleAudioUrl isFeatured isPremium "
    "usageCount createdAt updatedAt",
    (
        "V",
        "Audio",
    ): "id userId user filename audioUrl duration fileSize format voiceId voice text metadata uploadSource "
    "tags description status projectAudios createdAt updatedAt deletedAt",
    (
        "V",
        "Project",
    ): "id userId user name description status estimatedCost estimatedDuration estimationData expertId "
    "expert instructions deadline priority tags projectAudios createdAt updatedAt completedAt",
    ("V", "ProjectAudio"): "id projectId project audioId audio order status notes createdAt",
    (
        "V",
        "ExpertProfile",
    ): "id userId user specialization bio hourlyRate isAvailable timezone workingHours rating "
    "completedJobs averageTurnaround projects createdAt updatedAt",
    (
        "P",
        "User",
    ): "id clerkId email name isActive createdAt updatedAt creditBalance usageHistory storageObjects "
    "subscriptionEvents",
    ("P", "Feature"): "id workspaceId name description tags createdAt updatedAt",
    (
        "P",
        "CreditBalance",
    ): "id userId clerkUserId creditsRemaining lastSyncedAt createdAt updatedAt user usageHistory",
    (
        "P",
        "UsageHistory",
    ): "id userId creditBalanceId operationType creditsUsed details timestamp user creditBalance",
    ("P", "AdminSettings"): "id featureCosts createdAt updatedAt",
    ("P", "Plan"): "id asaasId clerkId clerkName name credits active sortOrder currency priceMonthlyCents "
    "priceYearlyCents description features badge highlight ctaType ctaLabel ctaUrl billingSource createdAt updatedAt",
    (
        "P",
        "StorageObject",
    ): "id userId clerkUserId provider url pathname name contentType size deletedAt createdAt updatedAt user",
    (
        "P",
        "SubscriptionEvent",
    ): "id userId clerkUserId planKey status eventType occurredAt metadata createdAt user",
    ("P", "OperationType"): "AI_TEXT_CHAT AI_IMAGE_GENERATION AI_VIDEO_GENERATION SHORTS_SCRIPT SHORTS_MEDIA",
}
DEFAULTS = {
    "voices.Voice": {
        "language": "en-US", "is_public": False, "is_cloned": False, "is_verified": False, "status": "active",
    },
    "voices.VoiceGeneration": {"language": "en-US", "format": "mp3", "speed": 1.0, "pitch": 1.0, "status": "pending"},
    "billing.Subscription": {
        "status": "active", "monthly_character_limit": 10_000, "monthly_voice_clones": 1, "allow_custom_voices": False,
        "allow_commercial_use": False,
    },
    "voices.VoiceTemplate": {"is_featured": False, "is_premium": False, "usage_count": 0},
    "voices.Audio": {"format": "mp3", "status": "ready"},
    "projects.Project": {"status": "draft", "priority": "medium"},
    "projects.ProjectAudio": {"order": 0, "status": "pending"},
    "projects.ExpertProfile": {"is_available": True, "rating": 0, "completed_jobs": 0},
    "accounts.User": {"is_active": True},
    "billing.AdminSettings": {"id": "singleton"},
    "billing.Plan": {
        "active": True, "sort_order": 0, "highlight": False, "cta_type": "checkout", "billing_source": "manual",
    },
}  # fmt: skip
STATES = {
    voices.VoiceStatus: {"active", "processing", "failed"},
    voices.GenerationStatus: {"pending", "processing", "completed", "failed"},
    voices.AudioStatus: {"ready", "processing", "failed"},
    voices.UploadSource: {"upload", "generate", "import"},
    voices.Gender: {"male", "female", "neutral"},
    voices.AgeGroup: {"child", "young adult", "adult", "senior"},
    voices.Style: {"professional", "conversational", "dramatic", "formal"},
    billing.SubscriptionStatus: {"active", "cancelled", "expired", "past_due"},
    billing.PlanKey: {"free", "starter", "pro", "enterprise"},
    billing.UsageAction: {
        "generate_voice",
        "clone_voice",
        "download_audio",
        "create_project",
        "assign_expert",
    },
    projects.ProjectStatus: {"draft", "estimating", "ready", "in_progress", "completed", "cancelled"},
    projects.Priority: {"low", "medium", "high", "urgent"},
    projects.ProjectAudioStatus: {"pending", "in_progress", "completed"},
    projects.Specialization: {
        "voice-over",
        "audio-editing",
        "translation",
        "sound-design",
        "mixing-mastering",
    },
}
# "Missing Indexes to Consider" included; a foreign key's own index is not repeated
INDEXES = {
    "accounts.User": [["is_active"], ["created_at"]],
    "voices.Voice": [["is_public"], ["user", "status"], ["search"]],
    "voices.VoiceGeneration": [["status"], ["created_at"], ["user", "created_at"], ["created_at", "status"]],
    "voices.VoiceTemplate": [["language"], ["is_featured"]],
    "voices.Audio": [["status"], ["created_at"], ["user", "status"], ["user", "created_at"]],
    "voices.StorageObject": [["provider"], ["deleted_at"], ["created_at"]],
    "billing.Subscription": [["stripe_customer_id"]],
    "billing.UsageLog": [["action"], ["created_at"]],
    "billing.UsageHistory": [["timestamp"], ["operation_type"]],
    "billing.Feature": [["workspace_id"], ["name"]],
    "billing.Plan": [["active"], ["sort_order"]],
    "billing.SubscriptionEvent": [["occurred_at"]],
    "projects.Project": [["status"], ["created_at"], ["user", "status"], ["search"]],
    "projects.ExpertProfile": [["is_available"]],
}


def test_no_model_and_no_field_is_missing():
    assert {(model.source, model.name): set(model.fields) for model in SCHEMA} == {
        key: set(names.split()) for key, names in DECLARED.items()
    }


@pytest.mark.parametrize(("model", "name", "place"), PLACES)
def test_the_place_exists(model: Model, name, place):
    if not place.here:
        assert place.why
        return
    app, table, attribute = place.here.split(".")
    if table == "OperationType":
        assert attribute in billing.OperationType.__members__
        return
    found = apps.get_model(app, table)
    assert hasattr(found, attribute), place.here
    assert place.why or attribute in (_snake(name), f"{_snake(name)}s", "voicegenerations", "storageobjects")


@pytest.mark.parametrize("label", DEFAULTS)
def test_defaults(label):
    fields = apps.get_model(label)._meta
    assert {name: fields.get_field(name).get_default() for name in DEFAULTS[label]} == DEFAULTS[label]


@pytest.mark.parametrize("choices", STATES, ids=lambda choices: choices.__name__)
def test_states(choices):
    assert STATES[choices] <= set(choices.values)


@pytest.mark.parametrize("label", INDEXES)
def test_indexes(label):
    declared = [index.fields for index in apps.get_model(label)._meta.indexes]
    assert [fields for fields in INDEXES[label] if fields not in declared] == []


def test_foreign_keys_are_indexed_and_keys_are_ordered_by_time():
    for model in {
        place.here.rpartition(".")[0] for entry in SCHEMA for place in entry.fields.values() if place.here
    }:
        if model in ("billing.OperationType", "billing.AdminSettings"):
            continue
        meta = apps.get_model(model)._meta
        assert meta.get_field("id").default is new_id
        keys = [field for field in meta.local_fields if isinstance(field, models.ForeignKey)]
        assert [field.name for field in keys if not (field.db_index or field.unique)] == []


def test_it_is_printed():
    output = StringIO()
    call_command("schema", stdout=output)
    lines = [line.split() for line in output.getvalue().splitlines()]
    assert [
        "emailVerified",
        "email_verified_at",
        *["named", "as", "the", "time", "that", "it", "is"],
    ] in lines
    assert ["clerkId", "(dropped)", *["one", "identity:", "the", "user", "row", "itself"]] in lines
    assert len(lines) > sum(len(model.fields) for model in SCHEMA)

"""The voices that a user speaks with: templates they adopt, and voices of their own."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from voices.engines import registry
from voices.engines.base import Capabilities
from voices.enums import VoiceStatus
from voices.exceptions import VoiceUnavailable
from voices.models import Voice, VoiceTemplate


def adopt(user: Any, template: VoiceTemplate) -> Voice:
    """The user's voice made after `template`; made at its first use."""
    voice, _created = Voice.objects.get_or_create(
        user=user,
        template=template,
        defaults={
            "name": template.name,
            "description": template.description,
            "language": template.language,
            "accent": template.accent,
            "gender": template.gender,
            "age_group": template.age_group,
            "style": template.style,
            "model": template.model,
        },
    )
    return voice


def capabilities_of(voice: Voice) -> Capabilities:
    """What the engine behind `voice` can do; VoiceUnavailable where this installation has no such engine."""
    try:
        return registry.capabilities(voice.model)
    except registry.UnknownEngine as error:
        raise VoiceUnavailable(
            _("“%(voice)s” cannot speak here at the moment. Please choose another voice.")
            % {"voice": voice.name}
        ) from error


def require_usable(voice: Voice) -> Capabilities:
    """The voice's capabilities; VoiceUnavailable with the reason where it must not or cannot speak now."""
    if voice.status != VoiceStatus.ACTIVE:
        raise VoiceUnavailable(_("“%(voice)s” is not ready to speak yet.") % {"voice": voice.name})
    return capabilities_of(voice)


def count_use(voice: Voice) -> None:
    """One more script was spoken with the template behind `voice`."""
    if voice.template_id:
        VoiceTemplate.objects.filter(pk=voice.template_id).update(usage_count=F("usage_count") + 1)

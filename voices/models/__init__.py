from voices.models.audio import Audio, DoomedBlob, StorageObject
from voices.models.generation import Pronunciation, Segment, Take, VoiceGeneration
from voices.models.voice import Voice, VoiceTemplate

__all__ = [
    "Audio",
    "DoomedBlob",
    "Pronunciation",
    "Segment",
    "StorageObject",
    "Take",
    "Voice",
    "VoiceGeneration",
    "VoiceTemplate",
]

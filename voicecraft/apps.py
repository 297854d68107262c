from django.apps import AppConfig


class VoiceCraftConfig(AppConfig):
    name = "voicecraft"
    verbose_name = "VoiceCraft"

    def ready(self) -> None:
        from voicecraft import checks  # noqa: F401  registers the checks; they read the settings, ready by now

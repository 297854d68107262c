from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand

from voicecraft.schema_map import SCHEMA

DOCUMENTS = {"V": "VoiceCraft Database", "P": "Database Schema and Operations"}


class Command(BaseCommand):
    help = "Say where each model and field of the two schema documents lives here."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for source, models in groupby(SCHEMA, key=lambda model: model.source):
            self.stdout.write(f"\n# {DOCUMENTS[source]}")
            for model in models:
                self.stdout.write(f"\n{model.name} -> {model.here}")
                for name, place in model.fields.items():
                    here = place.here.removeprefix(f"{model.here}.") or "(dropped)"
                    self.stdout.write(f"    {name:<24}{here:<28}{place.why}".rstrip())

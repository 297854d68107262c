from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.people import ensure_user
from voices.seeding import seed_templates


class Command(BaseCommand):
    help = "Write the data that the product comes with. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="add an account to look around with")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{seed_templates()} voices")
        if options["demo"]:
            self._demo()

    def _demo(self) -> None:
        if not settings.VOICECRAFT_DEMO_PASSWORD:
            raise CommandError("Set VOICECRAFT_DEMO_PASSWORD to add the demo account where DEBUG is off.")
        user = ensure_user(
            settings.VOICECRAFT_DEMO_EMAIL, settings.VOICECRAFT_DEMO_PASSWORD, name="Demo User", is_staff=True
        )
        self.stdout.write(f"demo account: {user.email}")

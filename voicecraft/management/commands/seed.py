from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.seeding import seed_costs, seed_packs, seed_plans
from voicecraft.demo import seed_demo
from voicecraft.staff import seed_staff_group
from voices.seeding import seed_templates


class Command(BaseCommand):
    help = "Write the data that the product comes with. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="add an account to look around with")

    def handle(self, *args: Any, **options: Any) -> None:
        seed_staff_group()
        seed_costs()
        seed_packs()
        self.stdout.write(f"{seed_templates()} voices, {seed_plans()} plans")
        if options["demo"]:
            self._demo()

    def _demo(self) -> None:
        if not settings.VOICECRAFT_DEMO_PASSWORD:
            raise CommandError("Set VOICECRAFT_DEMO_PASSWORD to add the demo account where DEBUG is off.")
        self.stdout.write(f"demo account: {seed_demo().email}")

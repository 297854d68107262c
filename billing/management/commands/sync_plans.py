from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import catalog, stripe_api
from billing.exceptions import BillingError


class Command(BaseCommand):
    help = "Bring plans, prices and credit packs at Stripe to what staff have set. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if not stripe_api.is_set_up():
            raise CommandError("Set STRIPE_SECRET_KEY first.")
        try:
            self.stdout.write(f"{catalog.push()} prices at Stripe")
        except BillingError as error:
            raise CommandError(error.message) from error

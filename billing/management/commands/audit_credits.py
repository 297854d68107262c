from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.audit import CHECKS, faults
from billing.models import CreditBalance


class Command(BaseCommand):
    help = "Prove that ledger, balances, periods and reservations agree for every user; fail naming those that do not."

    def handle(self, **options: Any) -> None:
        found = list(faults())
        for fault in found:
            self.stderr.write(str(fault))
        if found:
            raise CommandError(f"{len(found)} figures do not agree.")
        users = CreditBalance.objects.count()
        self.stdout.write(f"The books of {users} users are right: {len(CHECKS)} rules hold.")

"""`manage.py up`: everything that VoiceCraft needs on one machine, in the foreground."""

import os
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from voicecraft.local import stack


class Command(BaseCommand):
    """Start PostgreSQL and Valkey (unless their URLs are set), migrate, seed, run web, workers and beat."""

    help = __doc__ or ""
    requires_system_checks = ()  # migrate checks, when there is a database to check against

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port wanted (default: %(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until Ctrl-C or SIGTERM."""
        wanted = stack.Options(
            host=options["host"],
            port=options["port"],
            host_header=_host_header(),
            greeting=_greeting(),
            test_payments=settings.DEBUG
            and settings.VOICECRAFT_TEST_PAYMENTS
            and not settings.STRIPE_SECRET_KEY,
        )
        sys.exit(stack.run(wanted, migrate, seed, sell))


def migrate(say: Callable[[str], None]) -> None:
    """Bring the tables up to date."""
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say(f"making or changing tables: {len(plan)} migrations")
    call_command("migrate", interactive=False, verbosity=0)


def seed(say: Callable[[str], None]) -> None:
    """Fill in what the product comes with and, for development, the demo account."""
    output = StringIO()
    call_command("seed", *(["--demo"] if settings.VOICECRAFT_DEMO_PASSWORD else []), stdout=output)
    for line in filter(None, output.getvalue().splitlines()):
        say(line)
    connections.close_all()


def sell(say: Callable[[str], None]) -> None:
    """Put plans and packs up at the server of test payments. Checkout does it too, for what is bought there."""
    for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_BASE"):
        setattr(settings, name, os.environ[name])  # started after this process had read its settings
    try:
        call_command("sync_plans", stdout=StringIO())
    except CommandError as error:
        say(f"test payments: {error}")
    connections.close_all()


def _host_header() -> str:
    """Return a host name that the site answers to, for our own health check."""
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    return names[0] if names else ""


def _greeting() -> str:
    if not settings.VOICECRAFT_DEMO_PASSWORD:
        return ""
    return (
        f"  Demo account:        {settings.VOICECRAFT_DEMO_EMAIL}"
        f"  password: {settings.VOICECRAFT_DEMO_PASSWORD}\n"
    )

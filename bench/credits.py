"""Debits per second, on one hot balance and on many, against the same two statements in raw SQL.

    python -m bench credits [--seconds N] [--threads N]

A debit is `billing.credits.take`: it knows its key, locks the balance, and writes the balance and the ledger's row.
Raw is psycopg: UPDATE of the balance and INSERT of the row, in one transaction, and nothing that would make it safe
to repeat. Both run from as many processes, in turn, on a PostgreSQL of their own with its usual durability; the
median of the ratios counts, and the aim is 0.5.
"""

import argparse
import multiprocessing
import os
import statistics
import time
from itertools import count
from typing import Any

from bench.stage import Stage

MANY = 100  # balances
CREDITS = 2_000_000_000
UPDATE = (
    "UPDATE billing_creditbalance SET credits_remaining = credits_remaining - 1, last_synced_at = now(), "
    "updated_at = now() WHERE user_id = %s RETURNING id, credits_remaining"
)
INSERT = (
    "INSERT INTO billing_usagehistory (id, created_at, updated_at, user_id, credit_balance_id, operation_type, "
    "credits_used, balance_after, key, reason, details, timestamp) "
    "VALUES (%s, now(), now(), %s, %s, 'master', 1, %s, %s, 'bench', '{}', now())"
)


def main() -> None:
    """Measure both and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench credits", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=4)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voicecraft.settings")
    with Stage():
        users = _prepare()
        print("| | raw SQL, debits/s | VoiceCraft, debits/s | ratio | aim |\n| --- | --- | --- | --- | --- |")
        for what, chosen in (("one hot balance", users[:1]), (f"{MANY} balances", users)):
            pairs = []
            for _ in range(options.rounds):
                pairs.append(tuple(_rate(debit, chosen, options) for debit in (_raw_debits, _our_debits)))
            raw, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratio = statistics.median(ours / raw for raw, ours in pairs)
            print(f"| {what} | {raw:,.0f} | {ours:,.0f} | {ratio:.2f} | ≥ 0.5 |", flush=True)


def _prepare() -> list[Any]:
    import django

    django.setup()  # only now: the settings are read from what the stage put into the environment
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import User
    from billing.credits import account_of
    from billing.models import CreditBalance

    call_command("migrate", interactive=False, verbosity=0)
    users = [User.objects.create(email=f"bench{n}@example.com") for n in range(MANY)]
    for user in users:
        account_of(user)
    CreditBalance.objects.update(credits_remaining=CREDITS)
    connection.close()
    return [user.pk for user in users]


def _rate(debits: Any, users: list[Any], options: argparse.Namespace) -> float:
    """Debits per second of all processes together."""
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(options.processes), context.SimpleQueue()

    def run(number: int) -> None:
        barrier.wait()
        deadline = time.perf_counter() + options.seconds
        results.put(debits(users, number, deadline))

    processes = [context.Process(target=run, args=(number,)) for number in range(options.processes)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return sum(results.get() for _ in processes) / options.seconds


def _raw_debits(users: list[Any], number: int, deadline: float) -> int:
    import psycopg
    from django.db import connection

    from accounts.base import new_id

    parameters = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in ("dbname", "user", "host", "port", "password")
    }
    with psycopg.connect(**parameters) as raw:
        raw.commit()
        for done in count():
            if time.perf_counter() > deadline:
                return done
            user = users[(done * 7 + number) % len(users)]
            with raw.transaction():
                balance, after = raw.execute(UPDATE, [user]).fetchone()
                raw.execute(INSERT, [new_id(), user, balance, after, str(new_id())])
    return 0


def _our_debits(users: list[Any], number: int, deadline: float) -> int:
    from accounts.base import new_id
    from accounts.models import User
    from billing.credits import take
    from billing.enums import OperationType

    people = list(User.objects.filter(pk__in=users).order_by("pk"))
    for done in count():
        if time.perf_counter() > deadline:
            return done
        user = people[(done * 7 + number) % len(people)]
        take(user, 1, reason="bench", key=str(new_id()), operation=OperationType.MASTER)
    return 0


if __name__ == "__main__":
    main()

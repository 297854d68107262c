"""The proof that the books are right: what the ledger adds up to is what balances, counters and reservations say."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

# Each finds the users whose two figures are not one; the first column of a row is the user's address
CHECKS = {
    "the ledger adds up to the balance": """
        SELECT u.email, b.credits_remaining, -COALESCE(SUM(l.credits_used), 0)
        FROM billing_creditbalance b
        JOIN accounts_user u ON u.id = b.user_id
        LEFT JOIN billing_usagehistory l ON l.user_id = b.user_id
        GROUP BY u.email, b.credits_remaining
        HAVING b.credits_remaining <> -COALESCE(SUM(l.credits_used), 0)
    """,
    "the newest ledger row left the balance": """
        SELECT u.email, b.credits_remaining, newest.balance_after
        FROM billing_creditbalance b
        JOIN accounts_user u ON u.id = b.user_id
        JOIN LATERAL (
            SELECT balance_after FROM billing_usagehistory l WHERE l.user_id = b.user_id
            ORDER BY l.timestamp DESC, l.id DESC LIMIT 1
        ) newest ON newest.balance_after <> b.credits_remaining
    """,
    "the period counts the characters of its reservations": """
        SELECT u.email, p.characters, COALESCE(SUM(r.from_allowance), 0)
        FROM billing_usageperiod p
        JOIN accounts_user u ON u.id = p.user_id
        LEFT JOIN billing_reservation r ON r.period_id = p.id AND r.operation = 'generate_voice'
        GROUP BY p.id, u.email, p.characters
        HAVING p.characters <> COALESCE(SUM(r.from_allowance), 0)
    """,
    "the period counts the clones of its reservations": """
        SELECT u.email, p.clones, COALESCE(SUM(r.from_allowance), 0)
        FROM billing_usageperiod p
        JOIN accounts_user u ON u.id = p.user_id
        LEFT JOIN billing_reservation r ON r.period_id = p.id AND r.operation = 'clone_voice'
        GROUP BY p.id, u.email, p.clones
        HAVING p.clones <> COALESCE(SUM(r.from_allowance), 0)
    """,
    "the ledger has what each reservation holds": """
        SELECT u.email, r.credits, COALESCE(SUM(l.credits_used), 0)
        FROM billing_reservation r
        JOIN accounts_user u ON u.id = r.user_id
        LEFT JOIN billing_usagehistory l
            ON l.user_id = r.user_id AND l.details ->> 'reservation' = r.id::text
        GROUP BY r.id, u.email, r.credits
        HAVING r.credits <> COALESCE(SUM(l.credits_used), 0)
    """,
}


@dataclass(frozen=True)
class Fault:
    """Two figures of a user that should be the same and are not."""

    rule: str
    email: str
    kept: int
    found: int

    def __str__(self) -> str:
        return f"{self.email}: {self.kept} is kept, {self.found} was found where {self.rule}"


def faults() -> Iterator[Fault]:
    """Every fault in the books of all users, also while work goes on, as a statement sees one moment."""
    for rule, query in CHECKS.items():
        with connection.cursor() as cursor:
            cursor.execute(query)
            for email, kept, found in cursor.fetchall():
                yield Fault(rule, email, kept, int(found))

"""The one statement that changes a balance: the ledger's row and the balance that it leaves, or neither.

It is one statement because everything that costs waits for it: the balance's row is locked for as long as the
database needs to write two rows, not for the way there and back. The lock comes first, so rows of one balance
are written in the order of their `timestamp`; a key that is known already changes nothing, also in a race.
"""

import json
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.base import new_id
from billing.enums import OperationType
from billing.models import UsageHistory

_WRITE = """
WITH account AS (
    SELECT id, credits_remaining - %(used)s AS after FROM billing_creditbalance
    WHERE user_id = %(user)s AND credits_remaining >= %(used)s FOR NO KEY UPDATE
), entry AS (
    INSERT INTO billing_usagehistory (
        id, created_at, updated_at, timestamp, user_id, credit_balance_id, operation_type,
        credits_used, balance_after, key, reason, details, by_id
    )
    SELECT %(id)s, clock_timestamp(), clock_timestamp(), clock_timestamp(), %(user)s, account.id, %(operation)s,
        %(used)s, account.after, %(key)s, %(reason)s, %(details)s::jsonb, %(by)s
    FROM account
    ON CONFLICT (key) DO NOTHING
    RETURNING credit_balance_id, balance_after, timestamp
)
UPDATE billing_creditbalance balance
SET credits_remaining = entry.balance_after, last_synced_at = entry.timestamp, updated_at = entry.timestamp
FROM entry WHERE balance.id = entry.credit_balance_id
RETURNING entry.credit_balance_id, entry.balance_after, entry.timestamp
"""


def write(
    user_id: UUID,
    operation: OperationType,
    credits_used: int,
    *,
    key: str,
    reason: str,
    details: dict[str, Any] | None = None,
    by: Any = None,
) -> UsageHistory | None:
    """Change the balance by `-credits_used` and return the row that says so.

    None, and nothing changed, where the user has no balance, or one that holds too little, or the key is known.
    """
    row = UsageHistory(
        pk=new_id(),
        user_id=user_id,
        operation_type=operation,
        credits_used=credits_used,
        key=key,
        reason=reason,
        details=details or {},
        by=by,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "id": row.pk,
                "user": user_id,
                "operation": str(operation),
                "used": credits_used,
                "key": key,
                "reason": reason,
                "details": json.dumps(row.details),
                "by": row.by_id,
            },
        )
        written = cursor.fetchone()
    if written is None:
        return None
    row.credit_balance_id, row.balance_after, row.timestamp = written
    row._state.adding, row._state.db = False, connection.alias
    return row

"""Queries that take long are logged, by the shape of their SQL: what was asked for stays out of the log."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)

MOST_CHARACTERS = 2_000
_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_COLUMNS = re.compile(r'("\w+"\."\w+")(?: AS "\w+")?(?:, "\w+"\."\w+"(?: AS "\w+")?)+')
_REPEATED = re.compile(r"(\([^()]*\)|%s|\?)(?:, (?:\1))+")


def watch(
    execute: Callable[[str, Any, bool, dict[str, Any]], Any],
    sql: Any,
    params: Any,
    many: bool,
    context: dict[str, Any],
) -> Any:
    """Run one query for Django (an `execute_wrapper`), and log it when it takes VOICECRAFT_SLOW_QUERY_MS or more."""
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        milliseconds = (time.perf_counter() - started) * 1000
        if milliseconds >= settings.VOICECRAFT_SLOW_QUERY_MS:
            log.warning("%.0f ms: %s", milliseconds, shape(str(sql)))


def shape(sql: str) -> str:
    """The SQL with all literals as "?", lists of columns or placeholders as one, on one line, and not endless."""
    plain = _LITERAL.sub("?", " ".join(sql.split()))
    return _REPEATED.sub(r"\1, …", _COLUMNS.sub(r"\1, …", plain))[:MOST_CHARACTERS]

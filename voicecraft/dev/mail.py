"""Reads the mail that Django's file backend wrote, so that a newcomer can click the links in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\.log")
SEPARATOR = re.compile(rb"^-{79}\n", re.MULTILINE)  # what the backend writes after each message
NEWEST = 100


@dataclass(frozen=True)
class Mail:
    """One message. `name` is the file and the place in it, as the address of its page."""

    name: str
    subject: str
    sender: str
    recipients: str
    sent_at: datetime | None
    text: str


def newest(folder: Path, limit: int = NEWEST) -> list[Mail]:
    """The last messages, newest first; none where there is no folder yet."""
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    found: list[Mail] = []
    for path in files:
        found += reversed(list(_messages(path)))
        if len(found) >= limit:
            break
    return found[:limit]


def find(folder: Path, name: str) -> Mail | None:
    """The message behind a name; None if there is none. Names that point out of the folder are none."""
    file_name, _, _place = name.rpartition("~")
    if not SAFE_NAME.fullmatch(file_name) or not (folder / file_name).is_file():
        return None
    return next((mail for mail in _messages(folder / file_name) if mail.name == name), None)


def _messages(path: Path) -> Iterator[Mail]:
    for place, content in enumerate(SEPARATOR.split(path.read_bytes())):
        if content.strip():
            yield _parse(f"{path.name}~{place}", content)


def _parse(name: str, content: bytes) -> Mail:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    body = message.get_body(("plain", "html"))
    return Mail(
        name=name,
        subject=str(message["subject"] or ""),
        sender=str(message["from"] or ""),
        recipients=str(message["to"] or ""),
        sent_at=_date(message["date"]),
        text=body.get_content() if body else "",
    )


def _date(value: str | None) -> datetime | None:
    """The time of a Date header; "-0000", which Django writes, is UTC from a sender without a place."""
    try:
        date = parsedate_to_datetime(str(value)) if value else None
    except ValueError:
        return None
    return date.replace(tzinfo=UTC) if date and date.tzinfo is None else date

"""The Content-Security-Policy forbids inline script and style, so no template has any."""

import re
from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).parents[2] / "templates").rglob("*.html"))
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=|<style\b", re.I),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "event attribute": re.compile(r"\son(click|change|load|submit|input|error|key\w+|mouse\w+)\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
}


def is_mail(path: Path) -> bool:
    return "email" in path.parts


def test_there_are_templates():
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_template_has_any(name):
    assert [
        str(path) for path in TEMPLATES if not is_mail(path) and FORBIDDEN[name].search(path.read_text())
    ] == []

"""Search that is blind to accents and case and forgives typing errors, on what PostgreSQL has built in.

A searchable table carries two generated columns: `words` (plain text of its names, for trigrams) and `search`
(a weighted tsvector). The SQL functions behind them come with the first migration of this app: PostgreSQL's own
unaccent() and array_to_string() are not immutable and so cannot be used in generated columns.
"""

import unicodedata
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    SearchVector,
    SearchVectorField,
    TrigramWordSimilarity,
)
from django.db import models
from django.db.models import F, Func, Q, QuerySet


class PlainText(Func):
    """Lower case, without accents: voicecraft_plain(text)."""

    function = "voicecraft_plain"
    output_field = models.TextField()


class PlainTags(Func):
    """The items of a text array, joined by spaces: voicecraft_plain_array(text[])."""

    function = "voicecraft_plain_array"
    output_field = models.TextField()


class SpaceBetween(Func):
    """Two texts with a space between them; PostgreSQL's concat_ws() is not immutable, || is."""

    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = models.TextField()


def words_field(names: list[str], tags: str | None = None) -> models.GeneratedField:
    """A generated column with the plain text of the short fields, joined by spaces."""
    expression: Any = PlainText(F(names[0]))
    parts: list[Any] = [PlainText(F(name)) for name in names[1:]] + ([PlainTags(F(tags))] if tags else [])
    for part in parts:
        expression = SpaceBetween(expression, part)
    return models.GeneratedField(expression=expression, output_field=models.TextField(), db_persist=True)


def search_field(
    names: list[str], texts: list[str] | None = None, tags: str | None = None
) -> models.GeneratedField:
    """A generated tsvector: names weigh most (A), then tags (B), then long texts (D)."""
    vector: Any = _vector(PlainText(F(names[0])), "A")
    for name in names[1:]:
        vector = vector + _vector(PlainText(F(name)), "A")
    if tags:
        vector = vector + _vector(PlainTags(F(tags)), "B")
    for text in texts or []:
        vector = vector + _vector(PlainText(F(text)), "D")
    return models.GeneratedField(expression=vector, output_field=SearchVectorField(), db_persist=True)


def search_indexes(prefix: str) -> list[GinIndex]:
    """The two indexes that make the generated columns quick to search."""
    return [
        GinIndex(fields=["search"], name=f"{prefix}_search"),
        GinIndex(OpClass("words", name="gin_trgm_ops"), name=f"{prefix}_words"),
    ]


def matching(queryset: QuerySet, text: str) -> Any:
    """Rows of `queryset` that hold all words of `text`, or words spelled nearly so, best match first."""
    plain = plain_text(text)
    query = SearchQuery(plain, config="simple", search_type="websearch")
    return (
        queryset.annotate(rank=SearchRank(F("search"), query), likeness=TrigramWordSimilarity(plain, "words"))
        .filter(Q(search=query) | Q(words__trigram_word_similar=plain))
        .order_by("-rank", "-likeness", "-pk")
    )


def plain_text(text: str) -> str:
    """Lower case, without accents, as voicecraft_plain() has it in the database."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _vector(expression: Any, weight: str) -> SearchVector:
    return SearchVector(expression, config="simple", weight=weight)

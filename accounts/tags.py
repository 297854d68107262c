"""Tags: short words that a user gives to things. They are kept trimmed, in lower case and each once."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

TAG_CHARACTERS = 40

CREATE_TAGS_FUNCTION = """
CREATE OR REPLACE FUNCTION voicecraft_tags_are_clean(tags text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        SELECT coalesce(bool_and(tag IS NOT NULL AND tag <> '' AND tag = lower(btrim(tag))), true)
            AND count(DISTINCT tag) = count(*)
        FROM unnest(tags) AS tag
    $$;
"""
DROP_TAGS_FUNCTION = "DROP FUNCTION voicecraft_tags_are_clean(text[]);"


class TagsAreClean(Func):
    """voicecraft_tags_are_clean(text[]): created by this app's second migration."""

    function = "voicecraft_tags_are_clean"
    output_field = models.BooleanField()


def tags_field() -> ArrayField:
    """A column of tags. The model that has it adds `clean_tags_constraint`."""
    return ArrayField(models.CharField(max_length=TAG_CHARACTERS), default=list, blank=True)


def clean_tags_constraint(name: str) -> models.CheckConstraint:
    """No row with tags that are not as `clean_tags` makes them."""
    return models.CheckConstraint(
        condition=TagsAreClean(F("tags")),
        name=name,
        violation_error_message=_("Tags are in lower case, without spaces around them, and each once."),
    )


def clean_tags(tags: Iterable[str]) -> list[str]:
    """The tags trimmed, in lower case, cut to 40 characters, each once, in the order given."""
    cut = (" ".join(tag.lower().split())[:TAG_CHARACTERS].rstrip() for tag in tags)
    return list(dict.fromkeys(tag for tag in cut if tag))

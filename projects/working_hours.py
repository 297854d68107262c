"""When an expert works: a JSON object of days, each "off" or from a start to an end, in an IANA time zone.

    {"monday": {"start": "09:00", "end": "17:00"}, "wednesday": "off", "timezone": "America/New_York"}

A day that is not named is off. The database holds the same rule by a check constraint; time zones, whose list
changes, are looked up here only.
"""

import re
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext as _

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")

CREATE_FUNCTION = r"""
CREATE OR REPLACE FUNCTION voicecraft_working_hours_parse(hours jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        SELECT jsonb_typeof(hours) = 'object' AND coalesce(bool_and(CASE
            WHEN key = 'timezone' THEN jsonb_typeof(value) = 'string'
            WHEN key NOT IN ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')
                THEN false
            WHEN value = '"off"' THEN true
            ELSE jsonb_typeof(value) = 'object'
                AND value - 'start' - 'end' = '{}'
                AND coalesce(value ->> 'start' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$', false)
                AND coalesce(value ->> 'end' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$', false)
                AND (value ->> 'start') COLLATE "C" < (value ->> 'end') COLLATE "C"
        END), true)
        FROM jsonb_each(CASE WHEN jsonb_typeof(hours) = 'object' THEN hours ELSE '{}' END)
    $$;
"""
DROP_FUNCTION = "DROP FUNCTION voicecraft_working_hours_parse(jsonb);"


class WorkingHoursParse(Func):
    """voicecraft_working_hours_parse(jsonb): created by this app's first migration."""

    function = "voicecraft_working_hours_parse"
    output_field = models.BooleanField()


def validate_timezone(name: str) -> None:
    """ValidationError unless `name` is an IANA time zone, such as "Europe/Lisbon"."""
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone “%(name)s”.") % {"name": name})


def validate_working_hours(hours: Any) -> None:
    """ValidationError, saying what is wrong, unless `hours` is as this module's docstring describes."""
    if not isinstance(hours, dict):
        raise ValidationError(_("Working hours are given as an object: day to start and end."))
    for day, times in hours.items():
        if day == "timezone":
            validate_timezone(times)
        elif day not in DAYS:
            raise ValidationError(_("“%(day)s” is no day of the week.") % {"day": day})
        elif times != "off":
            _validate_day(day, times)


def _validate_day(day: str, times: Any) -> None:
    if not isinstance(times, dict) or set(times) != {"start", "end"}:
        raise ValidationError(_("%(day)s needs a start and an end, or “off”.") % {"day": day.title()})
    if not all(isinstance(time, str) and _CLOCK.fullmatch(time) for time in times.values()):
        raise ValidationError(_("The times of %(day)s are written as 09:00.") % {"day": day})
    if times["start"] >= times["end"]:
        raise ValidationError(_("On %(day)s the end comes before the start.") % {"day": day})

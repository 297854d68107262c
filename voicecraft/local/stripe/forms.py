"""Parameters of a request: nested, form-encoded, judged and converted by the library's TypedDicts."""

import re
import types
import typing
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import parse_qsl

from .contract import Json, fields, options
from .errors import invalid

KEY_PART = re.compile(r"\[([^\]]*)\]")


def decode(text: str) -> Json:
    """Turn `a[b][0]=c` into {"a": {"b": {"0": "c"}}}. Lists stay dicts until a type says so."""
    result: Json = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        head, bracket, rest = key.partition("[")
        parts = [head, *KEY_PART.findall(bracket + rest)]
        place = result
        for part in parts[:-1]:
            place = place.setdefault(part or str(len(place)), {})
            if not isinstance(place, dict):
                raise invalid("Invalid hash", key)
        place[parts[-1] or str(len(place))] = value
    return result


def judged(kind: Any, raw: Json) -> Json:
    """Return the parameters as Python values. Raises StripeFailure as the real server refuses them."""
    return _struct(kind, raw, "")


def _struct(kind: Any, raw: Json, path: str) -> Json:
    known = fields(kind)
    for name in raw:
        if name not in known:
            raise invalid(
                f"Received unknown parameter: {_join(path, name)}", _join(path, name), "parameter_unknown"
            )
    for name in sorted(kind.__required_keys__):
        if name not in raw:
            param = _join(path, name)
            raise invalid(f"Missing required param: {param}.", param, "parameter_missing")
    return {name: _value(known[name], value, _join(path, name)) for name, value in raw.items()}


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(kind: Any, raw: Any, path: str) -> Any:
    choices = _alternatives(kind)
    literals = [word for choice in choices if get_origin(choice) is Literal for word in get_args(choice)]
    if raw == "" and "" in literals:
        return ""  # "unset it"
    if isinstance(raw, str) and raw in literals:
        return raw
    others = [choice for choice in choices if get_origin(choice) is not Literal]
    if isinstance(raw, dict):
        return _nested(others, raw, path)
    for convert in (bool, int, float):
        if convert in others:
            return _scalar(convert, raw, path)
    if str in others or Any in others:
        if raw == "":
            raise invalid(
                f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a "
                f"parameter; however '{path}' cannot be unset. You should remove '{path}' from your request or "
                "supply a non-empty value.",
                path,
                "parameter_invalid_empty",
            )
        return raw
    words = [word for word in literals if word]
    if words:
        raise invalid(f"Invalid {path}: must be one of {_listed(words)}", path)
    raise invalid(f"Invalid {'array' if _wants_list(others) else 'object'}", path)


def _alternatives(kind: Any) -> list[Any]:
    """Return the alternatives of a type, flat, an open enumeration closed."""
    flat: list[Any] = []
    for option in options(kind):
        nested = get_origin(option) in {Union, types.UnionType}
        flat += _alternatives(option) if nested else [option]
    return flat


def _nested(choices: list[Any], raw: Json, path: str) -> Any:
    for choice in choices:
        if get_origin(choice) is list:
            return [_value(get_args(choice)[0], item, f"{path}[{place}]") for place, item in raw.items()]
        if typing.is_typeddict(choice) or hasattr(choice, "__required_keys__"):
            return _struct(choice, raw, path)
        if get_origin(choice) is dict or "UntypedStripeObject" in str(choice):
            return dict(raw)
    raise invalid("Invalid string: must not be a hash", path)


def _wants_list(choices: list[Any]) -> bool:
    return any(get_origin(choice) is list for choice in choices)


def _scalar(convert: type, raw: str, path: str) -> bool | int | float:
    if convert is bool:
        if raw not in {"true", "false"}:
            raise invalid(f"Invalid boolean: {raw}", path)
        return raw == "true"
    try:
        return int(raw) if convert is int else float(raw)
    except ValueError:
        name = "integer" if convert is int else "decimal"
        raise invalid(f"Invalid {name}: {raw}", path, f"parameter_invalid_{name}") from None


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])}, or {words[-1]}" if len(words) > 1 else words[0]

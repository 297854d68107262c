"""What the stripe library says about the objects it receives and the parameters it sends: our contract.

Objects are made from the library's own classes, so a field that it gains or loses is gained or lost here too.
"""

import builtins
import functools
import inspect
import sys
import types
import typing
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Literal, Union, get_args, get_origin

import stripe
from stripe._stripe_object import UntypedStripeObject  # no public name yet

Json = dict[str, Any]

CLASSES: dict[str, Any] = {
    "customer": stripe.Customer,
    "product": stripe.Product,
    "price": stripe.Price,
    "plan": stripe.Plan,
    "payment_method": stripe.PaymentMethod,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "subscription_schedule": stripe.SubscriptionSchedule,
    "invoice": stripe.Invoice,
    "line_item": stripe.InvoiceLineItem,
    "invoiceitem": stripe.InvoiceItem,
    "invoice_payment": stripe.InvoicePayment,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "checkout.session": stripe.checkout.Session,
    "item": stripe.LineItem,
    "billing_portal.session": stripe.billing_portal.Session,
    "billing_portal.configuration": stripe.billing_portal.Configuration,
}

# Fields that the real server leaves out, unless they have something to say or are asked for with `expand`
LEFT_OUT: dict[str, set[str]] = {
    "customer": {"cash_balance", "deleted", "individual_name", "business_name", "customer_account",
                 "invoice_credit_balance", "sources", "subscriptions", "tax", "tax_ids"},
    "product": {"deleted"},
    "price": {"currency_options", "deleted", "tiers"},
    "plan": {"deleted", "tiers"},
    "subscription_item": {"deleted"},
    "invoice": {"confirmation_secret", "deleted", "payments"},
    "invoiceitem": {"deleted"},
    "Event.Data": {"previous_attributes"},
    "Charge.PaymentMethodDetails": set(stripe.Charge.PaymentMethodDetails.__annotations__) - {"type"},
    "charge": {"level3", "refunds", "authorization_code"},
    "dispute": {"payment_method_details"},
    "checkout.session": {"line_items"},
    "payment_method": set(stripe.PaymentMethod.__annotations__)
    - {"OBJECT_NAME", "id", "object", "billing_details", "created", "customer", "livemode", "metadata", "type",
       "allow_redisplay"},
}  # fmt: skip


@functools.cache
def params_class(name: str) -> Any:
    """Return a TypedDict of `stripe.params` by its name (`checkout.SessionCreateParams`)."""
    place: Any = stripe.params
    for part in name.split("."):
        place = getattr(place, part)
    return place


class _Names(dict[str, Any]):
    """The names of a library module, and those it imports for type checkers alone."""

    def __missing__(self, name: str) -> Any:
        for place in (builtins, typing, stripe):
            if hasattr(place, name):
                return getattr(place, name)
        return UntypedStripeObject if name == "UntypedStripeObject" else Any


@functools.cache
def fields(cls: type) -> dict[str, Any]:
    """Return the fields of a class or TypedDict of the library, with their types resolved."""
    names = _Names(vars(sys.modules[cls.__module__]))
    hints = typing.get_type_hints(cls, localns=names)
    is_object = issubclass(cls, stripe.StripeObject)
    hidden = set() if is_object else set(stripe.RequestOptions.__annotations__)
    return {
        name: hints[name]
        for name in cls.__annotations__
        if name not in hidden and get_origin(hints[name]) is not ClassVar
    }


def options(kind: Any) -> tuple[Any, ...]:
    """Return the alternatives of a type. An open enumeration (`Literal[...] | str`) counts as closed."""
    if get_origin(kind) not in {Union, types.UnionType}:
        return (kind,)
    found = get_args(kind)
    if any(get_origin(option) is Literal and get_args(option) != ("",) for option in found):
        return tuple(option for option in found if option is not str)
    return found


def make(name: str, values: Json) -> Json:
    """Return a whole object of this name: `values`, and every other field empty.

    Raises KeyError if a field that cannot be empty has no value, or a value has no field.
    """
    return _filled(CLASSES[name], {"object": name, **values}, name)


def _filled(cls: type, values: Json, path: str) -> Json:
    known, left_out = fields(cls), _left_out(cls, values)
    if unknown := values.keys() - known.keys():
        raise KeyError(f"{path} has no {sorted(unknown)}")
    result: Json = {}
    for field, kind in known.items():
        if field in values:
            result[field] = _completed(kind, values[field], f"{path}.{field}")
        elif field not in left_out:
            result[field] = _empty(kind, f"{path}.{field}")
    return result


def _left_out(cls: type, values: Json) -> set[str]:
    name = values.get("object")
    return LEFT_OUT.get(name if isinstance(name, str) else cls.__qualname__, set())


def _completed(kind: Any, value: Any, path: str) -> Any:
    """Fill up a nested object; one that is an object of its own is whole already."""
    if isinstance(value, list) and get_origin(kind) is list:
        return [_completed(get_args(kind)[0], item, path) for item in value]
    if not isinstance(value, dict) or "object" in value:
        return value
    for option in options(kind):
        if _is_object(option):
            return _filled(option, value, path)
    return value


def _empty(kind: Any, path: str) -> Any:
    if type(None) in get_args(kind):
        return None
    origin = get_origin(kind) or kind
    if origin is list:
        return []
    if origin is bool:
        return False
    if _is_free(kind):
        return {}
    if _is_object(kind):
        return _filled(kind, {}, path)
    raise KeyError(f"{path} needs a value")


def _is_free(kind: Any) -> bool:
    return (get_origin(kind) or kind) in {UntypedStripeObject, dict}


def _is_object(kind: Any) -> bool:
    return inspect.isclass(kind) and issubclass(kind, stripe.StripeObject) and not _is_free(kind)


def faults(value: Any, kind: Any = None, path: str = "") -> list[str]:
    """Return in which points a JSON value is not of the library's type; [] if it is.

    Without `kind`, the object's own name says its class; an object that was deleted is only a stub.
    """
    if kind is None:
        if value.get("deleted") is True:
            return []
        return _object_faults(CLASSES[value["object"]], value, value["object"])
    choices = options(kind)
    if len(choices) > 1:
        wide = [choice for choice in choices if isinstance(value, dict) == _takes_dict(choice)] or choices
        return min((faults(value, choice, path) for choice in wide), key=len)
    return _single_faults(value, choices[0], path)


def _takes_dict(kind: Any) -> bool:
    return _is_free(kind) or _is_object(kind) or get_origin(kind) is stripe.ListObject


def _single_faults(value: Any, kind: Any, path: str) -> list[str]:
    origin = get_origin(kind)
    if origin is Literal:
        fits = value in get_args(kind)
    elif origin is list:
        if isinstance(value, list):
            return [fault for item in value for fault in faults(item, get_args(kind)[0], f"{path}[]")]
        fits = False
    elif origin is stripe.ListObject:
        fits = isinstance(value, dict) and value.keys() >= {"object", "data", "has_more", "url"}
        if fits:
            return [fault for item in value["data"] for fault in faults(item, get_args(kind)[0], f"{path}[]")]
    elif _is_object(kind) and isinstance(value, dict):
        return [] if value.get("deleted") is True else _object_faults(kind, value, path)
    else:
        fits = _is_plain(value, kind)
    return [] if fits else [f"{path}: {value!r} is no {kind}"]


def _is_plain(value: Any, kind: Any) -> bool:
    if kind is Any:
        return True
    if kind is Decimal:  # on the wire a string, so that no digit is lost
        return isinstance(value, str) and _is_number(value)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if _is_free(kind):
        return isinstance(value, dict)
    return inspect.isclass(kind) and isinstance(value, kind)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _object_faults(cls: type, value: Json, path: str) -> list[str]:
    known = fields(cls)
    left_out = _left_out(cls, value)
    found = [f"{path}.{name}: the library does not know it" for name in value.keys() - known.keys()]
    found += [f"{path}.{name}: missing" for name in known.keys() - value.keys() - left_out]
    for name in known.keys() & value.keys():
        found += faults(value[name], known[name], f"{path}.{name}")
    return sorted(found)

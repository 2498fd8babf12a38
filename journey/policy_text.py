"""What does a clinic's text make of a policy, and what is wrong with it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import Field, asdict, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from journey.policy import NEVER_ABOVE, Policy
from journey.profiles import PROFILES, profile

NAME = r"[a-z0-9][a-z0-9-]{0,39}"
MOST, PLACES = 1_000_000, 6
"""What no number of a clinic exceeds, and its places behind the point: bounds of shape, no clinical claim."""

KNOWN: Mapping[str, Field[Any]] = {item.name: item for item in fields(Policy)}


class Unsound(ValueError):  # noqa: N818 - what the policy is
    """A policy can't be worked by: says all that is wrong, each in a line, and no value that was no number."""

    def __init__(self, faults: list[str]) -> None:
        """Say what is wrong."""
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def policy_of(text: Mapping[str, Any]) -> Policy:
    """A profile (`profile`, else default) with a clinic's own numbers on top, and its `name`. Raises Unsound."""
    named = text.get("profile", "default")
    if not isinstance(named, str) or named not in PROFILES:
        raise Unsound([f"profile is one of {', '.join(PROFILES)}"])
    begun, values, faults = profile(named), dict[str, Any](), list[str]()
    for key, value in text.items():
        if key not in KNOWN:
            faults.append(f"the policy has no {key}")
        else:
            try:
                values[key] = _parsed(KNOWN[key], value)
            except ValueError:
                faults.append(f"{key} must be {_wanted(KNOWN[key])}")
    policy = Policy(**{**asdict(begun), **values})
    if policy.name in PROFILES and policy.name != named:
        faults.append(f"name is that of another profile: {policy.name}")
    faults += _out_of_order(policy)
    if faults:
        raise Unsound(faults)
    return policy


def policy_kept(text: Mapping[str, Any]) -> Policy:
    """A policy that was in force once, from the text that was kept of it: never refused.

    What is not used any more is left out, and what came later is as it is by `default`: as if it were not there.
    """
    values = dict[str, Any]()
    for key, value in text.items():
        with suppress(KeyError, ValueError):
            values[key] = _read(KNOWN[key], value)
    return Policy(**values)


def _out_of_order(policy: Policy) -> Iterator[str]:
    for lower, upper in NEVER_ABOVE:
        low, high = getattr(policy, lower), getattr(policy, upper)
        if low > high:
            yield f"{lower} is {low}, above {upper}, {high}"


def _parsed(field: Field[Any], value: object) -> object:
    """A value of the field's kind and within its bounds. Raises ValueError."""
    read, about = _read(field, value), field.metadata
    if isinstance(read, tuple):
        return read if all(re.fullmatch(about["each"], it) for it in read) else _fail()
    if isinstance(read, str):
        return read if re.fullmatch(NAME, read) else _fail()
    most = MOST if about["most"] is None else about["most"]
    return read if about["least"] <= read <= most else _fail()


def _read(field: Field[Any], value: object) -> str | int | Decimal | tuple[str, ...]:
    """A value of the field's kind. Raises ValueError."""
    kind = type(field.default)
    if kind is tuple:
        return tuple(map(str, value)) if isinstance(value, (list, tuple)) else _fail()
    if kind is str:
        return value if isinstance(value, str) else _fail()
    return int(str(value)) if kind is int else _plain(str(value))


def _plain(text: str) -> Decimal:
    """A number that has one text only: 1.0 is 1. Raises ValueError."""
    with suppress(InvalidOperation):
        value = Decimal(text)
        if abs(value) <= MOST and value == round(value, PLACES):
            return Decimal(f"{value.normalize():f}")
    raise ValueError


def _wanted(field: Field[Any]) -> str:
    kind, about = type(field.default), field.metadata
    if kind is tuple:
        return f"a list of {about['unit']}"
    if kind is str:
        return "a name of small letters, digits and hyphens"
    words = "a number" if kind is Decimal else "a whole number"
    most = about["most"]
    return f"{words}, {about['least']} or more" if most is None else f"{words} from {about['least']} to {most}"


def _fail() -> Any:
    raise ValueError

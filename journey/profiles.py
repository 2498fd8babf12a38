"""Which profiles are there, and on whose word does each number of a policy stand?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from journey.events.intake import Contraindication
from journey.policy import ABSOLUTE, INDICATIONS, Policy
from journey.values import Status

HEALINGMAPS = "healingmaps.com on the VA"
REMS = "Spravato REMS, patient monitoring form"
CLINIC = "set by the clinic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """What a profile sets otherwise than `default`, and on whose word."""

    value: Any
    source: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One number of a policy, with what must be known about it; the unit is unknown of one that is no longer used."""

    id: str
    value: str | Sequence[str]
    unit: str | None
    source: str
    status: Status


PROFILES: Mapping[str, Mapping[str, Number]] = {
    "default": {},
    "va": {
        "indications": Number(
            value=tuple(code for code in INDICATIONS if not code.startswith("F31")),
            source=f"domain 5.3, without bipolar disorder: {HEALINGMAPS}",
            status=Status.WEAK,
        ),
        "excluded_diagnoses": Number(
            value=("F01", "F02", "F03", "F05", "F20", "F25", "F31"),
            source=f"dementia, recent delirium, schizophrenia, schizoaffective, bipolar: {HEALINGMAPS}; codes are ours",
            status=Status.WEAK,
        ),
        "absolute_contraindications": Number(
            value=(
                *ABSOLUTE,
                Contraindication.SCHIZOPHRENIA_SPECTRUM.value,
                Contraindication.UNCONTROLLED_HYPERTENSION.value,
                Contraindication.UNSTABLE_CARDIAC_DISEASE.value,
            ),
            source=f"those of default, and exclusions of {HEALINGMAPS}",
            status=Status.WEAK,
        ),
        "excluding_screenings": Number(value=("hcg", "uds"), source=HEALINGMAPS, status=Status.WEAK),
        "baseline_phq9_min": Number(value=15, source=HEALINGMAPS, status=Status.WEAK),
        "failed_trials_min": Number(value=4, source=HEALINGMAPS, status=Status.WEAK),
    },
    "rems-like": {
        "monitoring_from_start_min": Number(value=120, source=REMS, status=Status.SEEN),
    },
}
"""Of each profile what it sets otherwise than `default`."""


def profile(name: str) -> Policy:
    """The policy of a profile, as it is without a clinic's own numbers."""
    return Policy(name=name, profile=name, **{id_: number.value for id_, number in PROFILES[name].items()})


def told(text: Mapping[str, Any]) -> Iterator[Told]:
    """Every number of a policy from its text, as today's program knows it: also of a policy that was kept long ago.

    A number is its profile's, or `default`'s, as long as it says the same; else the clinic has set it.
    """
    known = {item.name: item for item in fields(Policy)}
    own = PROFILES.get(str(text.get("profile")), {})
    for id_, value in text.items():
        if id_ in {"name", "profile"}:
            continue
        about = known[id_].metadata if id_ in known else {}
        source, status = CLINIC, Status.CHOICE
        if id_ in own and as_text(own[id_].value) == as_text(value):
            source, status = own[id_].source, own[id_].status
        elif id_ not in own and id_ in known and as_text(known[id_].default) == as_text(value):
            source, status = about["source"], about["status"]
        yield Told(id=id_, value=as_text(value), unit=about.get("unit"), source=source, status=status)


def as_text(value: Any) -> str | tuple[str, ...]:
    """A number, or each of a list, as text."""
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else str(value)

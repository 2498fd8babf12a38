"""Which policies are there, and what does each say? The same for the command line and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from journey.clinic import Clinic
from journey.policy import Policy
from journey.profiles import PROFILES, Told, as_text, profile, told
from journey.store.codec import plain
from journey.store.configuration import Policies

Answer = dict[str, Any]


def listed(clinic: Clinic, policies: Policies) -> Answer:
    """Every policy that was in force, from the first: its version as events bear it, and since when."""
    rows = [
        {"version": it.version, "name": it.name, "number": it.number, "since": it.since, "profile": profile_of(it.text)}
        for it in policies.all()
    ]
    return {"in_force": clinic.policy.version, "profiles": list(PROFILES), "rows": rows}


def shown(policies: Policies, version: str) -> Answer | None:
    """A profile, or a policy that was in force: every number with its unit, source and status."""
    if version in PROFILES:
        return of(profile(version))
    kept = policies.kept(version)
    return None if kept is None else _about(kept.version, kept.text) | {"since": kept.since} | _rows(kept.text)


def of(policy: Policy) -> Answer:
    """A policy's numbers, each with its unit, source and status."""
    return _about(policy.version, policy.as_text()) | _rows(policy.as_text())


def compared(one: Answer, other: Answer) -> Answer:
    """What two policies say differently."""
    rows = {side: {row["id"]: row for row in answer["rows"]} for side, answer in (("a", one), ("b", other))}
    differing = [
        {"id": id_, **{side: found[id_]["value"] if id_ in found else None for side, found in rows.items()}}
        | {"unit": (rows["a"].get(id_) or rows["b"][id_])["unit"]}
        for id_ in dict.fromkeys([*rows["a"], *rows["b"]])
    ]
    return {
        "a": one["version"],
        "b": other["version"],
        "rows": [row for row in differing if row["a"] != row["b"]],
    }


def own(policy: Policy) -> Iterator[Told]:
    """What a policy says otherwise than its profile."""
    usual = profile(policy.profile).as_text()
    return (it for it in told(policy.as_text()) if it.value != as_text(usual[it.id]))


def profile_of(text: Mapping[str, Any]) -> str:
    """The profile that a policy's text names."""
    return str(text.get("profile", "default"))


def _about(version: str, text: Mapping[str, Any]) -> Answer:
    return {"version": version, "name": text["name"], "profile": profile_of(text)}


def _rows(text: Mapping[str, Any]) -> Answer:
    return {"rows": [plain(asdict(it)) for it in told(text)]}

"""What does the Journey page say: the state in a few facts, in the clinic's time, and each step with its marks?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from entrypoints.pages.rendering import DAY, MINUTES_PER_HOUR, MOMENT, day, local, spent
from entrypoints.steps import in_words
from journey.instruments import SCORERS
from journey.values import Instrument, Role

Fact = tuple[str, str]


class Ahead(NamedTuple):
    """What may be asked next, and of what may not what is missing for it; of each visit what brings it on."""

    legal: list[str]
    missing: list[tuple[str, list[str]]]
    visits: list[dict[str, Any]]


def facts(state: Mapping[str, Any], zone: ZoneInfo) -> list[Fact]:
    """The state in a few facts, with the clinic's days and hours; the whole of it is beside them as JSON."""
    return list(_facts(state, zone))


def _facts(state: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Fact]:
    yield "phase", _words(state["phase"])
    referred, plan = state["referred"], state["plan"]
    if referred is not None:
        yield "indication", f"{referred['indication_icd10']} ({_words(referred['reason'])})"
    eligibility = state["eligibility"]
    yield "eligible until", "not confirmed" if eligibility is None else local(eligibility["valid_until"], zone, DAY)
    yield from _against(state, zone)
    yield "consents in force", str(sum(it["withdrawn_at"] is None for it in state["consents"].values()))
    if plan is not None:
        yield "plan", f"{plan['infusions']} infusions of {plan['dose_mg_per_kg']} mg/kg, revision {plan['revision']}"
    yield "infusions given", str(_given(state["sessions"]))
    booked = sorted(it["start"] for it in state["appointments"].values() if it["status"] == "booked")
    yield "next appointment", local(booked[0], zone, MOMENT) if booked else "none"
    yield "last scores", ", ".join(_last_scores(state["assessments"])) or "none"
    open_risks = [it for it in state["risks"].values() if it["addressed_at"] is None]
    yield "open suicide risks", ", ".join(it["raised"]["level"] for it in open_risks) or "none"
    if state["maintenance"] is not None:
        yield "maintenance from", day(state["maintenance"]["first_due"])
    if state["reinduction"] is not None:
        yield "reinduction", f"{state['reinduction']['ordered']['infusions']} infusions"
    if state["modality"] is not None:
        yield "other treatment", f"{_words(state['modality']['to'])}, {state['modality']['mode']}"
    for pause in (it for it in state["pauses"] if it["resumed_at"] is None):
        until = pause["paused"]["until"]
        yield "paused", _words(pause["paused"]["reason"]) + (f", until {day(until)}" if until else "")
    if state["closed"] is not None:
        yield "closed", _words(state["closed"]["reason"])
    if state["deceased"]:
        yield "died", state["died_on"] or "during a session"


def _against(state: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Fact]:
    """What speaks against treatment, or was looked for."""
    if state["contraindications"]:
        yield "contraindications", ", ".join(_contraindications(state, zone))
    if state["screenings"]:
        yield "screenings", ", ".join(_screenings(state["screenings"], zone))


def _contraindications(state: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    for entry, found in state["contraindications"].items():
        clearing = state["clearings"].get(entry)
        until = "" if clearing is None else local(clearing["cleared"]["valid_until"], zone, DAY)
        yield _words(found["code"]) + (until and f" (cleared until {until})")


def _screenings(told: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Iterator[str]:
    """The last screening of each kind."""
    done = sorted((it["completed"] for it in told), key=lambda screening: str(screening["performed_at"]))
    last = {screening["kind"]: screening for screening in done}
    for kind, it in sorted(last.items()):
        yield f"{_words(kind)} {it['result']} on {local(it['performed_at'], zone, DAY)}"


def _given(sessions: Mapping[str, Any]) -> int:
    return sum(attempt["counts"] for session in sessions.values() for attempt in session["attempts"])


def _last_scores(assessments: Mapping[str, Any]) -> Iterator[str]:
    """The last complete score of each instrument, or the level where it has none."""
    latest: dict[Instrument, tuple[str, str]] = {}
    for it in assessments.values():
        done = it["completed"]
        if done["evaluable"]:
            of = Instrument(done["instrument"])
            score = done["total_prorated"] if done["total"] is None else done["total"]
            said = str(SCORERS[of].band(None, done["items"]) if score is None else score)
            latest[of] = max(latest.get(of, ("", "")), (it["at"], said))
    return (f"{SCORERS[of].about.name} {said}" for of, (_, said) in sorted(latest.items()))


def series(state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The infusions that fill or filled a slot of a plan, in the order of time."""
    slots = (it for it in state["appointments"].values() if it["slot_no"] is not None)
    return sorted(slots, key=lambda it: str(it["start"]))


def steps(answered: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The steps with what the page shows of them: corrections by version, lateness in words, changes by top field."""
    version_of = {step["event_id"]: step["version"] for step in answered}
    return [
        {
            **step,
            "who": step["on_behalf_of"] or step["actor"],
            "late": _lateness(step["delay_s"]) if step["late"] else "",
            "corrects": version_of.get(step["corrects"]),
            "corrected_by": version_of.get(step["corrected_by"]),
            "changed": sorted({path.partition(".")[0] for path in step["changed"]}),
        }
        for step in answered
    ]


def ahead(steps_told: Sequence[Mapping[str, Any]], visits: Sequence[Mapping[str, Any]], role: Role) -> Ahead:
    """The commands that are legal, each once, and the others with what is missing for the first of their kind."""
    legal = dict.fromkeys(step["command"] for step in steps_told if step["legal"])
    missing = {
        step["command"]: [in_words(rule) for rule in step["missing"]]
        for step in reversed(steps_told)
        if step["command"] not in legal
    }
    mine = [{**it, "mine": role.value in it["roles"]} for it in visits]
    return Ahead(list(legal), list(reversed(missing.items())), mine)


def _lateness(delay_s: int) -> str:
    minutes = delay_s // 60
    return spent(minutes) if minutes >= MINUTES_PER_HOUR else f"{minutes} min"


def _words(code: str) -> str:
    return code.replace("_", " ")

"""May the treatment rest, go on, be changed for another?"""

from __future__ import annotations

from collections.abc import Mapping

from journey.clinic import Clinic
from journey.commands import ChangeModality, PauseJourney, ResumeJourney
from journey.decisions.clearance import covered
from journey.decisions.findings import Findings, require, treatable
from journey.errors import Rule
from journey.events import JourneyPaused, JourneyResumed, ModalityChanged
from journey.events.course import PauseReason, Recheck
from journey.recorded import Asked, Fact
from journey.state import Journey
from journey.values import Role

RECHECKS: Mapping[PauseReason, frozenset[Recheck]] = {
    PauseReason.PREGNANCY: frozenset({Recheck.PREGNANCY}),
    PauseReason.INSURANCE: frozenset({Recheck.COVERAGE}),
    PauseReason.TRAVEL: frozenset(),
    PauseReason.MEDICAL: frozenset({Recheck.MEDICAL}),
    PauseReason.PATIENT: frozenset({Recheck.CONSENT}),
}
"""What each reason asks to be looked at again before the journey goes on."""

STATED = frozenset({Recheck.PREGNANCY, Recheck.MEDICAL})
"""What rests on a prescriber's word, with a note; coverage and consent are found in the record."""


def pause_journey(journey: Journey, asked: Asked[PauseJourney], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record that the journey rests, for one reason or for another one more."""
    command = asked.command
    today = clinic.site.local(asked.at).date()
    require(Rule.END_BEFORE_START, holds=command.until is None or today <= command.until)
    findings.note(Rule.ALREADY_PAUSED, holds=not journey.open_pauses)
    resumed = (pause.resumed_at for pause in journey.pauses)
    findings.note(Rule.OUT_OF_ORDER, holds=all(it is None or it <= asked.at for it in resumed))
    return [findings.fact(JourneyPaused(reason=command.reason, until=command.until))]


def resume_journey(journey: Journey, asked: Asked[ResumeJourney], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Let the journey go on, once all that it was paused for was looked at again."""
    named = frozenset(asked.command.rechecks)
    treatable(journey, findings)
    findings.guard(Rule.NOT_PAUSED, holds=bool(journey.open_pauses))
    findings.guard(Rule.OUT_OF_ORDER, holds=all(it.at <= asked.at for it in journey.open_pauses))
    findings.guard(Rule.RECHECK_MISSING, holds=needed_rechecks(journey) <= named)
    require(Rule.RECHECK_NEEDS_PRESCRIBER, holds=not named & STATED or asked.actor.acting_role is Role.PRESCRIBER)
    require(Rule.NOTE_REQUIRED, holds=not named & STATED or asked.note_id is not None)
    findings.guard(Rule.NO_COVERAGE, holds=Recheck.COVERAGE not in named or covered(journey, asked.at, clinic))
    findings.guard(Rule.NO_CONSENT, holds=Recheck.CONSENT not in named or journey.consent_in_force(asked.at))
    return [findings.fact(JourneyResumed(rechecks=asked.command.rechecks))]


def needed_rechecks(journey: Journey) -> frozenset[Recheck]:
    """What the pauses that are open ask to be looked at again."""
    return frozenset(recheck for pause in journey.open_pauses for recheck in RECHECKS[pause.paused.reason])


def change_modality(journey: Journey, asked: Asked[ChangeModality], findings: Findings) -> list[Fact]:
    """Let another treatment take the place of the plan's, or stand beside it; also while the journey rests."""
    command = asked.command
    treatable(journey, findings)
    findings.guard(Rule.NO_PLAN, holds=journey.plan is not None)
    return [
        findings.fact(
            ModalityChanged(to=command.to, mode=command.mode, reason=command.reason, referral_to=command.referral_to)
        )
    ]

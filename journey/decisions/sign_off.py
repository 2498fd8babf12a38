"""May a session's record be signed off?"""

from __future__ import annotations

from uuid import UUID

from journey.balance import balance
from journey.clinic import Clinic
from journey.commands import SignOffSession
from journey.decisions.findings import Findings, session_of
from journey.errors import Rule
from journey.events import SessionSignedOff
from journey.history import Log
from journey.recorded import Asked, Fact
from journey.signing import digest_of, missing, shown, unaddressed
from journey.state import Journey, Session


def sign_off_session(
    journey: Journey, log: Log, asked: Asked[SignOffSession], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Sign a session's record as it was shown, once it is whole, its drug balances, and what it breaks is explained."""
    command = asked.command
    session = session_of(journey, command.session_id)
    findings.guard(Rule.SESSION_OPEN, holds=not session.is_open)
    findings.guard(Rule.INFUSION_RUNNING, holds=session.running is None)
    findings.guard(Rule.OUT_OF_ORDER, holds=session.ended_at is None or asked.at >= session.ended_at)
    findings.guard(Rule.SHOWN_DIFFERS, holds=command.shown_digest == digest_of(shown(log, command.session_id)))
    signed = session.signed_off
    findings.guard(Rule.ALREADY_SIGNED_OFF, holds=signed is None or signed.shown_digest != command.shown_digest)
    for lack in missing(session):
        findings.guard(Rule.RECORD_INCOMPLETE, holds=False, missing=lack.value)
    difference_mg = format(balance(session, clinic.policy).difference_mg, "f")
    balanced = _balanced(session, command.session_id, clinic)
    findings.guard(Rule.DRUG_NOT_BALANCED, holds=balanced, difference_mg=difference_mg)
    broken = () if asked.note_id is not None else unaddressed(log, command.session_id)
    findings.guard(Rule.DEVIATIONS_NOT_ADDRESSED, holds=not broken, rules=", ".join(broken))
    return [
        findings.fact(
            SessionSignedOff(
                session_id=command.session_id, signer=asked.actor.person, shown_digest=command.shown_digest
            )
        )
    ]


def _balanced(session: Session, session_id: UUID, clinic: Clinic) -> bool:
    """What was drawn went in or was wasted, or a discrepancy says that it did not."""
    if balance(session, clinic.policy).holds:
        return True
    named = {draw.container_id for draw in session.draws} | {waste.container_id for waste in session.wastes}
    found = map(clinic.container, named)
    return any(it is not None and it.has_discrepancy_of(session_id) for it in found)

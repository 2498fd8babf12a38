"""Which signs are asked to be recorded? Those of somebody who is well, or has come back to what was before."""

from __future__ import annotations

from collections.abc import Iterator

from journey.commands import RecordVitals
from journey.decisions.probes.probe import Now, Probe, once
from journey.decisions.recovery import SIGNS, last_read
from journey.events.session import VitalsPhase
from journey.state import Session

WELL = (120, 80, 75)
"""The pressures and the pulse of somebody who is well."""


def record_vitals(now: Now) -> Iterator[Probe]:
    """In each session that is open, of somebody who is well; after an infusion as the signs were before it."""
    for key, session in now.open_sessions:
        phase = VitalsPhase.POST if session.attempts else VitalsPhase.PRE
        sbp_mmhg, dbp_mmhg, hr_per_min = _come_back(now, session) if session.attempts else WELL
        command = RecordVitals(
            session_id=key,
            phase=phase,
            sbp_mmhg=sbp_mmhg,
            dbp_mmhg=min(dbp_mmhg, sbp_mmhg),
            hr_per_min=hr_per_min,
            spo2_pct=98,
            rr_per_min=15,
        )
        yield once(command, session_id=key)


def _come_back(now: Now, session: Session) -> Iterator[int]:
    """The pressures and the pulse as they were read last before the infusion, the pressures as far as one may leave."""
    policy = now.clinic.policy
    most = (policy.discharge_sbp_mmhg_max, policy.discharge_dbp_mmhg_max, None)
    for sign, well, highest in zip(SIGNS, WELL, most, strict=True):
        value = last_read(sign, VitalsPhase.PRE, session, now.at) or well
        yield value if highest is None else min(value, highest)

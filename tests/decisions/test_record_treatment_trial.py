"""Is an earlier treatment recorded, once?"""

from __future__ import annotations

from journey.commands import RecordTreatmentTrial
from journey.errors import Rule
from tests.decisions.states import consulted, referred, trial

RECORD = RecordTreatmentTrial(
    trial_id=trial(1).trial_id,
    modality=trial(1).modality,
    weeks=trial(1).weeks,
    adequate=trial(1).adequate,
    outcome=trial(1).outcome,
    episode=trial(1).episode,
    evidence=trial(1).evidence,
)


def test_records_the_trial() -> None:
    """The trial is stored as told."""
    referred().when(RECORD).then(trial(1))


def test_is_refused_under_a_used_id() -> None:
    """An id names one trial."""
    consulted().when(RECORD).then_refused(Rule.DUPLICATE_ID)

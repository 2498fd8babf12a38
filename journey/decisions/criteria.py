"""What does eligibility rest on, as the record stands?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from journey.decisions.screening import excluding
from journey.events.intake import ContraindicationClass, Criterion, CriterionId, TrialOutcome
from journey.events.screening import ScreeningResult
from journey.policy import Policy
from journey.screenings import Screening
from journey.state import Assessment, Journey
from journey.values import Instrument

UNSUCCESSFUL = frozenset({TrialOutcome.FAILED, TrialOutcome.PARTIAL, TrialOutcome.INTOLERANT})


def criteria(journey: Journey, at: datetime, policy: Policy) -> Iterator[Criterion]:
    """Every criterion of eligibility that the policy knows, with the entries that speak for or against it."""
    failed = [t for t in journey.trials.values() if t.recorded.adequate and t.recorded.outcome in UNSUCCESSFUL]
    yield Criterion(
        id=CriterionId.FAILED_TRIALS,
        met=len(failed) >= policy.failed_trials_min,
        value=Decimal(len(failed)),
        evidence_ids=tuple(trial.event_id for trial in failed),
    )
    if policy.baseline_phq9_min:
        yield _severity(journey, at, policy)
    yield _standing(journey, at, ContraindicationClass.ABSOLUTE, CriterionId.ABSOLUTE_CONTRAINDICATIONS)
    yield _standing(journey, at, ContraindicationClass.RELATIVE, CriterionId.RELATIVE_CONTRAINDICATIONS)
    if results := excluding(journey, at, policy):
        yield _screenings(results)
    yield from _of_consult(journey, policy)


def _severity(journey: Journey, at: datetime, policy: Policy) -> Criterion:
    """How ill the patient was before treatment: the last whole PHQ-9 before the first infusion."""
    before = min((attempt.started_at for attempt in journey.infusions), default=at)
    scores = [it for it in journey.scores(Instrument.PHQ9) if it.at <= at and it.at <= before]
    last: Assessment | None = max(scores, key=lambda it: it.at, default=None)
    return Criterion(
        id=CriterionId.BASELINE_SEVERITY,
        met=last is not None and last.score >= policy.baseline_phq9_min,
        value=None if last is None else last.score,
        evidence_ids=() if last is None else (last.event_id,),
    )


def _standing(journey: Journey, at: datetime, kind: ContraindicationClass, id_: CriterionId) -> Criterion:
    """What speaks against ketamine, of a class; with the clearings of what no longer does."""
    stands = journey.standing_contraindications(at)
    of_class = [key for key, it in journey.contraindications.items() if it.contraindication_class is kind]
    evidence = tuple(key if key in stands else journey.clearings[key].event_id for key in of_class)
    count = sum(key in stands for key in of_class)
    return Criterion(id=id_, met=count == 0, value=Decimal(count), evidence_ids=evidence)


def _screenings(results: Sequence[Screening]) -> Criterion:
    """The last screenings whose positive result excludes treatment."""
    positive = [it for it in results if it.completed.result is not ScreeningResult.NEGATIVE]
    return Criterion(
        id=CriterionId.SCREENINGS,
        met=not positive,
        value=Decimal(len(positive)),
        evidence_ids=tuple(it.event_id for it in results),
    )


def _of_consult(journey: Journey, policy: Policy) -> Iterator[Criterion]:
    consult, referred = journey.consult, journey.referred
    evidence = () if journey.consult_id is None else (journey.consult_id,)
    sought = () if referred is None else (referred.indication_icd10,)
    yield Criterion(id=CriterionId.INDICATION, met=bool(set(sought) & set(policy.indications)))
    if policy.excluded_diagnoses:
        diagnoses = {*sought, *(() if consult is None else consult.diagnoses)}
        excluded = [code for code in diagnoses if code.startswith(policy.excluded_diagnoses)]
        yield Criterion(
            id=CriterionId.EXCLUDED_DIAGNOSES,
            met=not excluded,
            value=Decimal(len(excluded)),
            evidence_ids=evidence,
        )
    yield Criterion(
        id=CriterionId.AGE,
        met=consult is not None and consult.age_years >= policy.age_years_min,
        value=None if consult is None else Decimal(consult.age_years),
        evidence_ids=evidence,
    )
    yield Criterion(id=CriterionId.CONSULT, met=consult is not None, evidence_ids=evidence)
    if consult is not None:
        spoken = consult.psychosis_hx + consult.sud_hx
        yield Criterion(id=CriterionId.HISTORY, met=not spoken, value=Decimal(spoken), evidence_ids=evidence)

"""Was there a response, as it was assessed? One row a review, under the rule of its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journey.events import ResponseAssessed
from projections.plain import decimal, moment, written
from projections.projection import Column, Kind, Table

RESPONSES = Table(
    "responses",
    "Every review of the response: baseline, endpoint, and what the rule made of them",
    (
        Column("review_id", Kind.TEXT, "the review"),
        Column("at", Kind.TIME, "when it was made"),
        Column("rule_id", Kind.TEXT, "the response rule"),
        Column("rule_digest", Kind.TEXT, "the rule's digest"),
        Column("baseline_id", Kind.TEXT, "the assessment before the first infusion"),
        Column("baseline", Kind.NUMBER, "its score", "{score}"),
        Column("endpoint_id", Kind.TEXT, "the assessment after the last infusion"),
        Column("endpoint", Kind.NUMBER, "its score", "{score}"),
        Column("pct_change", Kind.NUMBER, "the fall of the score; a rise is negative", "%"),
        Column("response", Kind.FLAG, "whether it is a response"),
        Column("remission", Kind.FLAG, "whether it is a remission; implies no response"),
        Column("outcome_class", Kind.TEXT, "the class"),
        Column("window_ok", Kind.FLAG, "whether the endpoint lies in the rule's window"),
        Column("next", Kind.TEXT, "what was decided on"),
        Column("stale", Kind.FLAG, "whether it rests on an entry that was corrected since"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Review:
    """A review as a row."""

    review_id: str
    at: str
    rule_id: str
    rule_digest: str
    baseline_id: str
    baseline: str
    endpoint_id: str
    endpoint: str
    pct_change: str
    response: bool
    remission: bool
    outcome_class: str
    window_ok: bool
    next: str
    stale: bool = False


def reviewed(at: datetime, event: ResponseAssessed) -> Review:
    """The row of a review."""
    return Review(
        review_id=written(event.review_id),
        at=moment(at),
        rule_id=event.rule_id,
        rule_digest=event.rule_digest,
        baseline_id=written(event.baseline_id),
        baseline=decimal(event.baseline),
        endpoint_id=written(event.endpoint_id),
        endpoint=decimal(event.current),
        pct_change=decimal(event.pct_change),
        response=event.response,
        remission=event.remission,
        outcome_class=event.outcome_class.value,
        window_ok=event.window_ok,
        next=event.next.value,
    )

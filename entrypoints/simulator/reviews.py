"""Was there a response, and is it lost again?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from entrypoints.simulator.chart import Entering, Wakes
from entrypoints.simulator.intake import Papers
from entrypoints.simulator.questionnaires import gad7, scored
from journey.response import Anchor

RESPONSE_PCT = 50
"""From this fall of the score on the clinic's rule speaks of a response."""


@dataclass
class Reviews:
    """A patient's reviews, and the score that the last one found."""

    papers: Papers
    _made: int = 0
    _score: int = 0

    def made(self, day: date, following: str) -> Wakes:
        """One review, on a day."""
        papers, chart = self.papers, self.papers.chart
        yield from chart.noon(day)
        score = papers.patient.score_at_end(chart.chance)
        answered = yield from self._scored(score, "review")
        self._score = self._total(answered)
        yield from chart.later(5)
        gad7(chart, score * 2 // 3, "review", papers.nurse)
        yield from chart.later(20)
        self._made += 1
        review_id = str(chart.named(f"review {self._made}"))
        chart.enter("AssessResponse", papers.prescriber, review_id=review_id, next=following)

    def relapsed(self, day: date) -> Wakes:
        """On a day the patient is nearly as ill as before: the response is lost, or in a clinician's eyes what was."""
        papers, chart = self.papers, self.papers.chart
        yield from chart.noon(day)
        score = papers.patient.baseline - chart.chance.randint(0, 2)
        answered = yield from self._scored(score, "follow_up")
        yield from chart.later(15)
        lost = self._responds(self._score) and not self._responds(self._total(answered))
        chart.enter(
            "DetectRelapse",
            papers.prescriber,
            assessment_id=chart.request(answered)["assessment_id"],
            criterion="loss_of_response" if lost else "clinical",
        )

    def after_last(self) -> Wakes:
        """The day after the last infusion, where a study scores each of them."""
        profile, chart = self.papers.patient.profile, self.papers.chart
        if profile is not None and profile.tells_scores and profile.measured_d is None:
            yield from chart.next_noon()
            yield from self._scored(self.papers.patient.score_at_end(chart.chance), "session")

    def day(self, first: date, today: date, days_after: int) -> date:
        """When the review is due: so many days from today, or as a study counts them from the first infusion."""
        profile = self.papers.patient.profile
        if profile is None or profile.measured_d is None or profile.rule.endpoint_from is not Anchor.FIRST:
            return today + timedelta(days=days_after)
        return max(first + timedelta(days=profile.measured_d), today + timedelta(days=1))

    def _scored(self, score: int, timepoint: str) -> Entering[UUID]:
        papers = self.papers
        return scored(papers.chart, papers.patient.rule, score, timepoint, papers.nurse, papers.prescriber)

    def _responds(self, score: int) -> bool:
        before = self._total(self.papers.baseline)
        return (before - score) * 100 >= RESPONSE_PCT * before

    def _total(self, answered: UUID) -> int:
        return int(self.papers.chart.request(answered)["total"])

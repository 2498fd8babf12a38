"""How does the page of adherence look: how far journeys come, and why they end?"""

from __future__ import annotations

from entrypoints.pages import outcomes
from entrypoints.pages.chart import Figures, dots
from entrypoints.pages.views.view import INTERVAL_WORDS, NOTHING, Shown, View, told_apart
from projections import outcome
from projections.outcome.adherence import PER

STAGE = Figures(told_by="stage", value="of_referred_pct", low="of_referred_low", high="of_referred_high", n="reached")

ADHERENCE = View(
    text="Adherence",
    route="/outcome/adherence",
    csv=("stages", "reasons", "infusions"),
    ask=lambda models, scope, _: outcome.adherence(models, scope.per, scope.zone),
    finding=outcomes.adherence,
    chart=lambda answer: dots(
        answer["stages"],
        STAGE,
        "Share of all referred who came to each stage, in percent, with its 95 % interval",
        "Stage, and the number who came to it. Dot: share of all who were referred; line: 95 % interval.",
        "%",
    ),
    tables=lambda answer: (
        Shown(
            title="Stages",
            caption="Under way: came no further yet. Left: came no further and have ended. Of before: of those who "
            f"reached the stage before and are not under way there. {INTERVAL_WORDS}",
            rows=answer["stages"],
            columns=(
                *("stage", "reached", "under_way", "left", "of_referred_pct", "of_referred_low", "of_referred_high"),
                *("decided_before", "of_before_pct", "of_before_low", "of_before_high"),
            ),
        ),
        Shown(
            title="Why journeys ended",
            caption="At the stage they had come to, as a share of those who reached it.",
            rows=answer["reasons"],
            columns=(
                *("stage", "reason", "count", "reached"),
                *("of_reached_pct", "of_reached_low", "of_reached_high"),
            ),
        ),
        Shown(
            title="Planned infusions",
            caption="Of those started under a plan of at least so many infusions, without those under way.",
            rows=answer["infusions"],
            columns=(
                *("infusion", "planned_n", "given", "under_way", "not_given"),
                *("given_pct", "given_low", "given_high"),
            ),
        ),
    ),
    choices=(told_apart(NOTHING, *PER),),
    is_under_rule=False,
)

"""How do the pages of rates and scores look: by infusion, and by group?"""

from __future__ import annotations

from entrypoints.pages import outcomes
from entrypoints.pages.chart import Figures, dots
from entrypoints.pages.views.view import INTERVAL_WORDS, NOTHING, PER, Shown, View, told_apart
from projections import outcome

RATES = ("responded_at", "response_pct", "response_low", "response_high")
REMITTED = ("remitted_at", "remission_pct", "remission_low", "remission_high")
COUNTED = ("started", "reached", "assessed")
MEDIAN = ("n", "mean", "sd", "median", "q1", "q3", "median_low", "median_high")

COUNTED_WORDS = (
    "Started: patients with a first infusion. Reached: with this infusion. Assessed: with a complete score after it "
    "and before the next."
)

RESPONSE = Figures(told_by="infusion", value="response_pct", low="response_low", high="response_high", n="assessed")
BY_GROUP = Figures(told_by="group", value="response_pct", low="response_low", high="response_high", n="assessed")
SCORE = Figures(told_by="infusion", value="median", low="q1", high="q3", n="n")

RESPONSES = View(
    text="Response by infusion",
    route="/outcome/responses",
    csv=("rows",),
    ask=lambda models, scope, _: outcome.responses(models, scope),
    finding=outcomes.responses,
    chart=lambda answer: dots(
        answer["rows"],
        RESPONSE,
        "Response at each infusion, in percent, with its 95 % interval",
        "Infusion, and the number of patients assessed after it. Dot: share who had responded; line: 95 % interval.",
        "%",
    ),
    tables=lambda answer: (
        Shown(
            title="Response and remission by infusion",
            caption=f"{COUNTED_WORDS} {INTERVAL_WORDS}",
            rows=answer["rows"],
            columns=("infusion", *COUNTED, *RATES, "responded_ever", *REMITTED, "remitted_ever"),
        ),
    ),
    choices=(told_apart(NOTHING, *PER),),
    fixed=(("by", "infusion"),),
)

GROUPS = View(
    text="Response by group",
    route="/outcome/responses",
    csv=("rows",),
    ask=lambda models, scope, _: outcome.responses(models, scope, "endpoint"),
    finding=outcomes.groups,
    group_chart=lambda answer: dots(
        answer["rows"],
        BY_GROUP,
        "Response at the endpoint in each group, in percent, with its 95 % interval",
        "Group, and the number of patients assessed in the rule's window. Dot: share who had responded; line: 95 % "
        "interval.",
        "%",
    ),
    tables=lambda answer: (
        Shown(
            title="Response and remission by group",
            caption=f"At the endpoint: the last score in the rule's window after the induction. {INTERVAL_WORDS}",
            rows=answer["rows"],
            columns=(*COUNTED, *RATES, *REMITTED, "worsened_at", "worse_pct", "worse_low", "worse_high"),
        ),
    ),
    choices=(told_apart(*PER),),
    fixed=(("by", "endpoint"),),
)

TRAJECTORIES = View(
    text="Scores",
    route="/outcome/trajectories",
    csv=("rows",),
    ask=lambda models, scope, _: outcome.trajectories(models, scope),
    finding=outcomes.trajectories,
    chart=lambda answer: dots(
        answer["rows"],
        SCORE,
        "Score at each infusion: median, and the quartiles about it",
        "Infusion (0 is the baseline), and the number of patients with a score. Dot: median; line: from the first "
        "to the third quartile.",
    ),
    tables=lambda answer: (
        Shown(
            title="Score by infusion",
            caption="0 is the baseline. The median's interval is that of the sign test, 95 %; there is none of fewer "
            "than six.",
            rows=answer["rows"],
            columns=("infusion", "started", "reached", *MEDIAN),
        ),
    ),
    choices=(told_apart(NOTHING, *PER),),
    fixed=(("by", "infusion"),),
)

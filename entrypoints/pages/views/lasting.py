"""How do the pages of time look: how soon there is a response, and how long it lasts?"""

from __future__ import annotations

from entrypoints.pages import outcomes
from entrypoints.pages.chart import Figures, steps
from entrypoints.pages.views.view import NOTHING, PER, Answer, Choice, Shown, View, told_apart
from projections import outcome

APART = told_apart(NOTHING, *PER)
TIME_TO = Choice(name="of", label="Time to", options=("response", "remission"))
OF = Choice(name="of", label="What lasts", options=("response", "remission"))
UNTIL = Choice(name="until", label="Until", options=("loss", "relapse"))
MAINTENANCE = Choice(name="maintenance", label="Maintenance is", options=("counted", "censored"))

AT_RISK = ("at_risk", "events", "censored")
CURVE_WORDS = "The interval is that of log(-log S), 95 %; until the first event the exact one-sided bound."

LASTING = Figures(told_by="day", value="survival_pct", low="survival_low", high="survival_high", n="at_risk")


def share_had(answer: Answer) -> tuple[str, str, str]:
    """The columns of the share that had it, and of its interval."""
    had = outcomes.had(answer)
    return f"{had}_pct", f"{had}_low", f"{had}_high"


def gained(answer: Answer) -> Figures:
    """The figures of what came."""
    value, low, high = share_had(answer)
    return Figures(told_by="day", value=value, low=low, high=high, n="at_risk")


TIME_TO_RESPONSE = View(
    text="Time to response",
    route="/outcome/time-to-response",
    csv=("rows", "at_times", "summary"),
    ask=lambda models, scope, asked: outcome.time_to_response(models, scope, of=asked["of"]),
    finding=outcomes.time_to_response,
    chart=lambda answer: steps(
        answer["rows"],
        answer["at_times"],
        gained(answer),
        f"Share who have {outcomes.had(answer)} by each day, in percent, with its 95 % interval",
        f"Days since the first infusion, and the number who had not {outcomes.had(answer)} yet and were still "
        "followed.",
    ),
    tables=lambda answer: (
        Shown(
            title=f"{outcomes.had(answer).capitalize()} by day",
            caption=f"Kaplan-Meier. At risk: not {outcomes.had(answer)} before, and still followed. {CURVE_WORDS}",
            rows=answer["at_times"],
            columns=("day", *AT_RISK, *share_had(answer), "interval"),
        ),
        Shown(
            title="In one line",
            caption="Of those with a baseline and a score after the first infusion; the median with its 95 % interval.",
            rows=answer["summary"],
            columns=("started", "n", "events", "censored", "median_day", "median_low", "median_high"),
        ),
    ),
    choices=(TIME_TO, APART),
    fixed=(("by", "day"),),
)

SUSTAINED = View(
    text="Sustained response",
    route="/outcome/sustained",
    csv=("rows", "at_times", "summary"),
    ask=lambda models, scope, asked: outcome.sustained(
        models, scope, asked["of"], asked["until"], asked["maintenance"]
    ),
    finding=outcomes.sustained,
    chart=lambda answer: steps(
        answer["rows"],
        answer["at_times"],
        LASTING,
        "Share in whom it lasts, by day, in percent, with its 95 % interval",
        "Days since the first score after the induction that had it, and the number still at risk.",
    ),
    tables=lambda answer: (
        Shown(
            title="Lasting by day",
            caption=f"Kaplan-Meier. At risk: not lost before, and still followed. {CURVE_WORDS}",
            rows=answer["at_times"],
            columns=("day", *AT_RISK, "survival_pct", "survival_low", "survival_high", "interval"),
        ),
        Shown(
            title="In one line",
            caption="Of those who had it after the induction; the median with its 95 % interval.",
            rows=answer["summary"],
            columns=("started", "n", "events", "censored", "median_day", "median_low", "median_high"),
        ),
    ),
    choices=(OF, UNTIL, MAINTENANCE, APART),
)

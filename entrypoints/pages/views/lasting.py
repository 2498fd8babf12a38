"""How do the pages of time look: how soon there is a response, and how long it lasts?"""

from __future__ import annotations

from entrypoints.pages import outcomes
from entrypoints.pages.chart import Figures, steps
from entrypoints.pages.views.view import Choice, Shown, View, of
from projections import outcome

OF = Choice(name="of", label="What lasts", options=("response", "remission"))
UNTIL = Choice(name="until", label="Until", options=("loss", "relapse"))
MAINTENANCE = Choice(name="maintenance", label="Maintenance is", options=("counted", "censored"))

AT_RISK = ("at_risk", "events", "censored")
CURVE_WORDS = "The interval is that of log(-log S), 95 %; until the first event the exact one-sided bound."

RESPONDED = Figures(told_by="day", value="responded_pct", low="responded_low", high="responded_high", n="at_risk")
LASTING = Figures(told_by="day", value="survival_pct", low="survival_low", high="survival_high", n="at_risk")

TIME_TO_RESPONSE = View(
    text="Time to response",
    route="/outcome/time-to-response",
    csv=("rows", "at_times", "summary"),
    ask=lambda models, scope, _: outcome.time_to_response(models, scope),
    finding=outcomes.time_to_response,
    chart=lambda answer: steps(
        answer["rows"],
        answer["at_times"],
        RESPONDED,
        "Share who have responded by each day, in percent, with its 95 % interval",
        "Days since the first infusion, and the number who had not responded yet and were still followed.",
    ),
    tables=(
        Shown(
            title="Responded by day",
            caption=f"Kaplan-Meier. At risk: not responded before, and still followed. {CURVE_WORDS}",
            rows=of("at_times"),
            columns=("day", *AT_RISK, "responded_pct", "responded_low", "responded_high", "interval"),
        ),
        Shown(
            title="In one line",
            caption="Of those with a baseline and a score after the first infusion; the median with its 95 % interval.",
            rows=of("summary"),
            columns=("started", "n", "events", "censored", "median_day", "median_low", "median_high"),
        ),
    ),
    fixed=(("by", "day"),),
)

SUSTAINED = View(
    text="Sustained response",
    route="/outcome/sustained",
    csv=("rows", "at_times", "summary"),
    ask=lambda models, scope, chosen: outcome.sustained(
        models, scope, chosen["of"], chosen["until"], chosen["maintenance"]
    ),
    finding=outcomes.sustained,
    chart=lambda answer: steps(
        answer["rows"],
        answer["at_times"],
        LASTING,
        "Share in whom it lasts, by day, in percent, with its 95 % interval",
        "Days since the first score after the induction that had it, and the number still at risk.",
    ),
    tables=(
        Shown(
            title="Lasting by day",
            caption=f"Kaplan-Meier. At risk: not lost before, and still followed. {CURVE_WORDS}",
            rows=of("at_times"),
            columns=("day", *AT_RISK, "survival_pct", "survival_low", "survival_high", "interval"),
        ),
        Shown(
            title="In one line",
            caption="Of those who had it after the induction; the median with its 95 % interval.",
            rows=of("summary"),
            columns=("started", "n", "events", "censored", "median_day", "median_low", "median_high"),
        ),
    ),
    choices=(OF, UNTIL, MAINTENANCE),
)

"""How do the pages of safety look: side effects by grade, and the pressure by minute?"""

from __future__ import annotations

from typing import Any

from entrypoints.pages import outcomes
from entrypoints.pages.chart import Figures, dots
from entrypoints.pages.views.view import INTERVAL_WORDS, NOTHING, Answer, Row, Shown, View, told_apart
from projections import outcome
from projections.outcome.groups import START_PER

RISE = Figures(told_by="minute", value="sbp_rise_mean", low="sbp_rise_mean_low", high="sbp_rise_mean_high", n="sbp_n")

APART = told_apart(NOTHING, *START_PER)

RISES = ("n", "rise_mean", "rise_sd", "rise_mean_low", "rise_mean_high", "rise_median")
GRADES = tuple(f"grade_{grade}" for grade in range(1, 6))


def by_grade(answer: Answer, unit: str) -> list[Row]:
    """Of each group and side effect a row: how often it was at its worst of each grade, in infusions or patients."""
    found: dict[tuple[str | None, str], dict[str, Any]] = {}
    for row in answer["by_grade"]:
        if row["denominator"] == unit:
            group, name = row["group"], row["side_effect"]
            line = found.setdefault((group, name), {"group": group, "side_effect": name.replace("_", " ")})
            share = "" if row["pct"] is None else f" ({row['pct']} %, {row['low']} to {row['high']})"
            line[f"grade_{row['grade']}"] = f"{row['count']}{share}"
            line["n"] = row["n"]
    return list(found.values())


def by_infusion(answer: Answer) -> list[Row]:
    """Of every infusion number how many had any side effect, and how many a severe one."""
    return [row for row in answer["by_infusion"] if row["side_effect"] in {"any", "severe"}]


SIDE_EFFECTS = View(
    text="Side effects",
    route="/outcome/side-effects",
    csv=("per_infusion", "per_patient", "per_observed_patient", "by_grade", "by_infusion"),
    ask=lambda models, scope, _: outcome.side_effects(models, scope.per, scope.zone),
    finding=outcomes.side_effects,
    tables=lambda answer: (
        Shown(
            title="By grade, per infusion",
            caption=f"The worst CTCAE grade of each infusion: how many, and their share of n. {INTERVAL_WORDS}",
            rows=by_grade(answer, "infusions"),
            columns=("side_effect", *GRADES, "n"),
        ),
        Shown(
            title="By grade, per patient",
            caption="The worst CTCAE grade of each patient who was treated.",
            rows=by_grade(answer, "patients"),
            columns=("side_effect", *GRADES, "n"),
        ),
        Shown(
            title="By infusion",
            caption="Of each patient's first infusion, second, and so on: how many had any side effect, and how many a "
            f"severe one, of grade 3 or more. {INTERVAL_WORDS}",
            rows=by_infusion(answer),
            columns=("infusion", "side_effect", "count", "n", "pct", "low", "high"),
        ),
    ),
    choices=(APART,),
    is_under_rule=False,
)

PRESSURE = View(
    text="Pressure",
    route="/outcome/pressure",
    csv=("rows", "peaks"),
    ask=lambda models, scope, _: outcome.pressure_rise(models, per=scope.per, zone=scope.zone),
    finding=outcomes.pressure,
    chart=lambda answer: dots(
        answer["rows"],
        RISE,
        "Mean rise of the systolic pressure by minute, in mmHg, with its 95 % interval",
        "Minutes since the start of the pump, and the number of infusions with a reading then. Dot: mean rise; "
        "line: 95 % interval of the mean.",
    ),
    tables=lambda answer: (
        Shown(
            title="Rise by minute, mmHg",
            caption="From the last reading before the start of the pump; to the nearest row. The interval of the mean "
            "is normal, 95 %.",
            rows=answer["rows"],
            columns=("minute", *(f"{sign}_{name}" for sign in ("sbp", "dbp") for name in RISES)),
        ),
        Shown(
            title="Highest rise of each infusion, mmHg",
            caption="Of the infusions with a pressure before and after the start.",
            rows=answer["peaks"],
            columns=(
                *("pressure", "with_baseline", "peak_mean", "peak_sd", "peak_mean_low", "peak_mean_high"),
                *("peak_median", "peak_q1", "peak_q3", "peak_minute"),
            ),
        ),
    ),
    choices=(APART,),
    is_under_rule=False,
)

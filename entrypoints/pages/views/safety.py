"""How do the pages of safety look: side effects by grade, and the pressure by minute?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from entrypoints.pages import outcomes
from entrypoints.pages.chart import Figures, dots
from entrypoints.pages.views.view import INTERVAL_WORDS, Answer, Row, Shown, View, of
from projections import outcome

RISE = Figures(told_by="minute", value="sbp_rise_mean", low="sbp_rise_mean_low", high="sbp_rise_mean_high", n="sbp_n")

RISES = ("n", "rise_mean", "rise_sd", "rise_mean_low", "rise_mean_high", "rise_median")
GRADES = tuple(f"grade_{grade}" for grade in range(1, 6))


def by_grade(unit: str) -> Callable[[Answer], list[Row]]:
    """Of each side effect a row: how often it was at its worst of each grade, in infusions or patients."""

    def rows(answer: Answer) -> list[Row]:
        found: dict[str, dict[str, Any]] = {}
        for row in answer["by_grade"]:
            if row["denominator"] == unit:
                line = found.setdefault(row["side_effect"], {"side_effect": row["side_effect"].replace("_", " ")})
                share = "" if row["pct"] is None else f" ({row['pct']} %, {row['low']} to {row['high']})"
                line[f"grade_{row['grade']}"] = f"{row['count']}{share}"
                line["n"] = row["n"]
        return list(found.values())

    return rows


def by_infusion(answer: Answer) -> list[Row]:
    """Of every infusion number how many had any side effect, and how many a severe one."""
    return [row for row in answer["by_infusion"] if row["side_effect"] in {"any", "severe"}]


SIDE_EFFECTS = View(
    text="Side effects",
    route="/outcome/side-effects",
    csv=("per_infusion", "per_patient", "per_observed_patient", "by_grade", "by_infusion"),
    ask=lambda models, *_: outcome.side_effects(models),
    finding=outcomes.side_effects,
    chart=lambda _: None,
    tables=(
        Shown(
            title="By grade, per infusion",
            caption=f"The worst CTCAE grade of each infusion: how many, and their share of n. {INTERVAL_WORDS}",
            rows=by_grade("infusions"),
            columns=("side_effect", *GRADES, "n"),
        ),
        Shown(
            title="By grade, per patient",
            caption="The worst CTCAE grade of each patient who was treated.",
            rows=by_grade("patients"),
            columns=("side_effect", *GRADES, "n"),
        ),
        Shown(
            title="By infusion",
            caption="Of each patient's first infusion, second, and so on: how many had any side effect, and how many a "
            f"severe one, of grade 3 or more. {INTERVAL_WORDS}",
            rows=by_infusion,
            columns=("infusion", "side_effect", "count", "n", "pct", "low", "high"),
        ),
    ),
    is_under_rule=False,
)

PRESSURE = View(
    text="Pressure",
    route="/outcome/pressure",
    csv=("rows", "peaks"),
    ask=lambda models, *_: outcome.pressure_rise(models),
    finding=outcomes.pressure,
    chart=lambda answer: dots(
        answer["rows"],
        RISE,
        "Mean rise of the systolic pressure by minute, in mmHg, with its 95 % interval",
        "Minutes since the start of the pump, and the number of infusions with a reading then. Dot: mean rise; "
        "line: 95 % interval of the mean.",
    ),
    tables=(
        Shown(
            title="Rise by minute, mmHg",
            caption="From the last reading before the start of the pump; to the nearest row. The interval of the mean "
            "is normal, 95 %.",
            rows=of("rows"),
            columns=("minute", *(f"{sign}_{name}" for sign in ("sbp", "dbp") for name in RISES)),
        ),
        Shown(
            title="Highest rise of each infusion, mmHg",
            caption="Of the infusions with a pressure before and after the start.",
            rows=of("peaks"),
            columns=(
                *("pressure", "with_baseline", "peak_mean", "peak_sd", "peak_mean_low", "peak_mean_high"),
                *("peak_median", "peak_q1", "peak_q3", "peak_minute"),
            ),
        ),
    ),
    is_under_rule=False,
)

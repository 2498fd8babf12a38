"""What does a page of outcomes hold: the answer, its finding, chart, tables, and where else the same is to be had?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from entrypoints.api.problems import Fault, Problem
from entrypoints.app import App
from entrypoints.pages.views.view import NOTHING, View
from journey.response import ResponseRule
from projections.outcome import Scope


def answered(app: App, view: View, rule: ResponseRule, said: Mapping[str, str]) -> dict[str, Any]:
    """What the template of outcomes shows of a view, as it was chosen. Raises Problem for what can't be chosen."""
    chosen = {choice.name: said.get(choice.name, choice.options[0]) for choice in view.choices}
    if any(chosen[choice.name] not in choice.options for choice in view.choices):
        raise Problem(Fault.INVALID_PARAMETER)
    asked = {name: option for name, option in chosen.items() if option != NOTHING}
    scope = Scope(rule=rule, per=asked.get("per"), rules=app.rules, zone=app.clinic.site.tzinfo)
    answer = view.ask(app.models, scope, asked)
    is_apart = answer["per"] is not None
    ruled = {"rule": rule.id} if view.is_under_rule else {}
    query = urlencode({**dict(view.fixed), **asked, **ruled})
    tail = f"?{query}" if query else ""
    below = {name: f"/{name}" if len(view.csv) > 1 else "" for name in view.csv}
    return {
        "view": view,
        "chosen": chosen,
        "answer": answer,
        "finding": view.finding(answer),
        "chart": view.group_chart(answer) if is_apart else view.chart(answer),
        "tables": [replace(it, columns=("group", *it.columns)) if is_apart else it for it in view.tables(answer)],
        "stale_since": answer.get("stale_since"),
        "json_url": f"{view.route}{tail}",
        "csvs": [{"text": name, "href": f"{view.route}{part}.csv{tail}"} for name, part in below.items()],
    }

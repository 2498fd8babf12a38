"""How is a page answered: for whom, of which clinic, under which rules for its scripts?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment

from entrypoints.api.auth import Caller
from entrypoints.app import App
from entrypoints.pages.rendering import environment
from journey.roles import Question, asks
from journey.values import Role

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",  # under "no-referrer" a form of ours would come from "null", as a stranger's does
}


@dataclass(frozen=True, slots=True)
class Link:
    """A page, and what may be asked there."""

    href: str
    text: str
    about: str
    question: Question


LINKS = (
    Link("/board", "Board", "the day by chair: who is where, for how long, and what is next", Question.SCHEDULE_BOARD),
    Link("/week", "Week", "who comes when, and how full chairs and staff are", Question.SCHEDULE_WEEK),
    Link("/tasks", "Tasks", "what is to be done now, by whom, and what settles it", Question.SCHEDULE_TASKS),
    Link("/find", "Journeys", "one patient's history and state, as of any entry", Question.AUDIT_REPLAY),
    Link(
        "/outcomes",
        "Outcomes",
        "response, relapse, adherence and safety, under a rule you choose",
        Question.OUTCOME_RESPONSES,
    ),
    Link("/events?limit=20", "Events", "the feed of events, as JSON, from any position", Question.EVENT_FEED),
    Link(
        "/unusual",
        "Exceptions",
        "deviations, overrides, late entries, corrections, unsigned records, consents",
        Question.AUDIT_DEVIATIONS,
    ),
    Link("/drug", "Drug", "what became of each container of the drug, and what is left of it", Question.DRUG_LEDGER),
    Link("/audit/timeline", "Timeline", "who entered what and when, as JSON or CSV", Question.AUDIT_TIMELINE),
    Link(
        "/projections",
        "Read models",
        "how far each has come, and whether it moves, as JSON",
        Question.PROJECTIONS_STATUS,
    ),
)


class Pages:
    """The pages of one installation."""

    def __init__(self, app: App) -> None:
        """Show an installation."""
        self.app = app

    @cached_property
    def templates(self) -> Environment:
        """The templates, with times in the clinic's zone."""
        return environment(self.app.clinic.site.tzinfo)

    def show(self, template: str, here: str, caller: Caller | None, *, status: int = 200, **named: Any) -> HTMLResponse:
        """A page as HTML; `here` is its own address in the navigation."""
        body = self.templates.get_template(template).render(
            here=here,
            who=caller,
            links=links(caller),
            synthetic=self.app.store.simulated,
            zone=self.app.clinic.site.zone,
            now=self.app.clock(),
            **named,
        )
        return HTMLResponse(body, status_code=status, headers=HEADERS)


def links(caller: Caller | None) -> list[Link]:
    """The pages that somebody may open."""
    role: Role | None = None if caller is None else caller.role
    return [link for link in LINKS if role is not None and asks(role, link.question)]

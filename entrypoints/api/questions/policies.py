"""By which routes is asked which clinical numbers are, and were, in force?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath

from entrypoints.api.answering import found, question
from entrypoints.api.wiring import FromServer
from entrypoints.policies import listed, shown
from journey.roles import Question
from journey.store.configuration import Policies

routes = APIRouter(tags=["policies"])


@question(routes, "/policies", Question.POLICIES, tables=["rows"])
def policies(wired: FromServer) -> dict[str, Any]:
    """The policies that were ever in force, by the version that events bear, and the one that is."""
    app = wired.app
    return listed(app.clinic, Policies(app.store.log))


@question(routes, "/policies/{version}", Question.POLICIES)
def policy(wired: FromServer, version: Annotated[str, InPath(max_length=64)]) -> dict[str, Any]:
    """Every number of a profile, or of a policy that was in force, with its unit, source and status."""
    return found(shown(Policies(wired.app.store.log), version))

"""By which routes are response rules asked?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from entrypoints import response_rules
from entrypoints.api.answering import found
from entrypoints.api.auth import SignedIn
from entrypoints.api.wiring import FromServer

routes = APIRouter(tags=["outcome"])


@routes.get("/rules", dependencies=[Depends(SignedIn())])
def rules(wired: FromServer) -> dict[str, Any]:
    """Every response rule in force."""
    return response_rules.told(wired.app)


@routes.get("/rules/{rule_id}", dependencies=[Depends(SignedIn())])
def rule(wired: FromServer, rule_id: str) -> dict[str, Any]:
    """One rule, and its versions."""
    return found(response_rules.told_of(wired.app, rule_id))

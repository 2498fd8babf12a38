"""May each role do over HTTP exactly what the table says, cell by cell?"""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, FastAPI

from entrypoints.api.auth import Asks, Check, Everybody, MayAsk, SignedIn, checks, refuse_unchecked
from journey.commands import COMMANDS
from journey.roles import ASKS, MAY, Question
from journey.values import Role
from tests.api.conftest import Answer, Desk

CELLS = [(role, name) for role in Role for name in COMMANDS]
LOOKS = [(role, question) for role in Role for question in Question]


def filled(address: str) -> tuple[str, str]:
    """The method and path of a route, with some ids in it."""
    method, path = address.split(" ")
    names = ("journey_id", "patient_id", "session_id", "container_id")
    ids = {name: UUID(int=number) for number, name in enumerate(names, start=1)}
    return method, path.format(**ids, code="code", rule_id="phq9-lt5", version="va", view="infusions_v1")


def routes(desk: Desk, kind: type[Check]) -> list[tuple[str, str, Check]]:
    """The routes with a kind of check: method, path, check."""
    return [(*filled(address), check) for address, check in checks(desk.server) if isinstance(check, kind)]


@pytest.mark.parametrize("role, name", CELLS, ids=str)
def test_commands(busy: Desk, role: Role, name: str) -> None:
    """A role that may not ask a command is told so and nothing else; one that may gets past the check."""
    kind = COMMANDS[name]
    answer = busy.ask(kind, role, {}, journey_id=uuid4(), if_version=0)
    if role in MAY[kind]:
        assert (answer.status, answer.code) == (422, "missing_field")
    else:
        assert (answer.status, answer.code) == (403, "wrong_role")


@pytest.mark.parametrize("role, question", LOOKS, ids=str)
def test_questions(busy: Desk, role: Role, question: Question) -> None:
    """A role that may not ask a question is refused on every route of it; one that may is answered."""
    asked = [it for it in routes(busy, Asks) if isinstance(it[2], Asks) and it[2].question is question]
    assert asked
    for method, path, _ in asked:
        answer: Answer = busy.send(method, path, role)
        if role in ASKS[question]:
            assert answer.status in {200, 404, 415}, (path, answer.text)
        else:
            assert (answer.status, answer.code) == (403, "wrong_role"), path
            assert set(answer.json) == {"type", "title", "status", "code"}


def test_every_command_and_question_has_a_route(busy: Desk) -> None:
    """Each command has exactly one route, and each question at least one."""
    asked = [check.command for _, _, check in routes(busy, MayAsk) if isinstance(check, MayAsk)]
    assert sorted(it.__name__ for it in asked) == sorted(COMMANDS)
    assert {check.question for _, _, check in routes(busy, Asks) if isinstance(check, Asks)} == set(Question)


def test_every_route_has_a_check(busy: Desk) -> None:
    """No route lets in whoever comes, unless it says why; those that do are these."""
    found = dict(checks(busy.server))
    assert None not in found.values()
    assert len(found) > 70
    open_to_all = {address for address, check in found.items() if isinstance(check, Everybody)}
    assert open_to_all == {
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
        "GET /openapi.json",
        "GET /schemas/{name}.json",
        "GET /sign-in/{code}",
        "/static",
    }
    signed_in = {address for address, check in found.items() if isinstance(check, SignedIn)}
    assert signed_in == {"GET /", "POST /sign-out", "GET /rules", "GET /rules/{rule_id}"}


def test_an_unchecked_route_keeps_the_server_from_starting() -> None:
    """A route without a check is named when the server is made, in a router as beside one."""
    server, router = FastAPI(openapi_url=None), APIRouter()
    router.get("/forgotten")(lambda: None)
    server.include_router(router)
    with pytest.raises(AssertionError, match="GET /forgotten"):
        refuse_unchecked(server)


def test_nobody_gets_in_without_a_token(busy: Desk) -> None:
    """Whoever says nothing of themselves is asked to, on every route but those open to all."""
    for kind in (MayAsk, Asks, SignedIn):
        for method, path, _ in routes(busy, kind):
            answer = busy.send(method, path, None)
            assert answer.status == 401, path
            if answer.headers["content-type"] == "application/problem+json":
                assert answer.headers["www-authenticate"] == "Bearer"

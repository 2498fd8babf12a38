"""What is said when something can't be answered? RFC 9457, in fixed texts: nothing that was sent is said back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from journey.errors import Rule
from journey.store.faults import Conflict, StoreUnavailable
from journey.store.keys import Destroyed
from journey.store.reading import Invalid
from journey.store.request import Answer, Busy, KeyReused, StaleVersion
from projections.connection import TRANSIENT

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
RULES = {rule.value: rule for rule in Rule}


class Fault(StrEnum):
    """What can be wrong with a request, less what a command's rule refuses: its code, status and text."""

    status: int
    text: str

    def __new__(cls, code: str, status: int, text: str) -> Self:
        """Keep status and text beside the code."""
        fault = str.__new__(cls, code)
        fault._value_ = code
        fault.status = status
        fault.text = text
        return fault

    MALFORMED_JSON = "malformed_json", 400, "The body is not a JSON object."
    INVALID_PARAMETER = "invalid_parameter", 400, "A parameter of the address is not valid."
    INVALID_CURSOR = "invalid_cursor", 400, "The cursor was not given out for this question."
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing", 400, "An Idempotency-Key is required: a new UUID a command."
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid", 400, "The Idempotency-Key is not a UUID."
    IF_MATCH_INVALID = "if_match_invalid", 400, "If-Match is not one entity tag of this journey."
    NOT_SIGNED_IN = "not_signed_in", 401, "Send a bearer token, or sign in."
    TOKEN_INVALID = "token_invalid", 401, "The token is not valid here."
    TOKEN_EXPIRED = "token_expired", 401, "The token has expired."
    LINK_NOT_VALID = "link_not_valid", 401, "The link has expired, or was used before."
    FOREIGN_PAGE = "foreign_page", 403, "A page of another site asked for this."
    NOT_FOUND = "not_found", 404, "There is nothing at this address."
    METHOD_NOT_ALLOWED = "method_not_allowed", 405, "That can't be done at this address."
    ERASED = "patient_erased", 409, "The patient's words were erased: none can be added."
    STALE_VERSION = "stale_version", 412, "Something came between that you have not seen: read again."
    TOO_LARGE = "too_large", 413, "The body is too large."
    NOT_JSON = "not_json", 415, "The body must be application/json."
    KEY_REUSED = "idempotency_key_reused", 422, "The Idempotency-Key was used for another command."
    IF_MATCH_MISSING = "if_match_missing", 428, "If-Match with the version you have seen is required."
    FAILED = "failed", 500, "This failed, and it is our fault."
    NO_PARQUET = "no_parquet", 501, "What writes Parquet is not installed on this server: ask for CSV."
    BUSY = "busy", 503, "Others were faster, again and again: nothing was stored, try again."
    UNAVAILABLE = "unavailable", 503, "The database is away, locked or full: nothing was stored, try again."
    NOT_CAUGHT_UP = "not_caught_up", 503, "The read model has not got there yet: try again."


class Problem(Exception):  # noqa: N818 - what RFC 9457 calls it
    """A request ends with a problem; `detail` is a text of ours that may name a field or parameter."""

    def __init__(self, fault: Fault, detail: str | None = None) -> None:
        """Say which."""
        super().__init__(fault.value)
        self.fault = fault
        self.detail = detail

    def response(self) -> JSONResponse:
        """The problem as it is sent."""
        fault = self.fault
        headers = {}
        if fault.status == 401:  # noqa: PLR2004 - the status that asks for it
            headers["WWW-Authenticate"] = "Bearer"
        if fault.status == 503:  # noqa: PLR2004 - as above
            headers["Retry-After"] = str(RETRY_AFTER_S)
        return said(fault.value, fault.status, fault.text, detail=self.detail, headers=headers)


def said(
    code: str,
    status: int,
    title: str,
    *,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """A problem's body and headers."""
    body: dict[str, Any] = {"type": f"/problems/{code}", "title": title, "status": status, "code": code}
    if detail is not None:
        body["detail"] = detail
    return JSONResponse(body | dict(more or {}), status, headers, MEDIA_TYPE)


def refused(answer: Answer) -> JSONResponse:
    """The problem of a command that a rule refuses."""
    rule = RULES[str(answer.code)]
    status = {Rule.WRONG_ROLE: 403, Rule.UNKNOWN_JOURNEY: 404, Rule.UNKNOWN_CONTAINER: 404}.get(rule, 409)
    return said(rule.value, status, rule.text, more={"outcome": answer.status.value, **answer.detail})


def wrong_role() -> JSONResponse:
    """The problem of a role that may not do that."""
    return said(Rule.WRONG_ROLE.value, 403, Rule.WRONG_ROLE.text)


class WrongRole(Exception):  # noqa: N818 - says what it is
    """The caller's role may not do that."""


STATUSES = {404: Fault.NOT_FOUND, 405: Fault.METHOD_NOT_ALLOWED, 413: Fault.TOO_LARGE}


def install(app: FastAPI) -> None:
    """Let every fault of a request be told as a problem, in place of what the framework would say."""
    app.exception_handler(Problem)(lambda _, problem: problem.response())
    app.exception_handler(WrongRole)(lambda *_: wrong_role())
    app.exception_handler(Invalid)(_invalid)
    app.exception_handler(RequestValidationError)(_parameter)
    app.exception_handler(HTTPException)(_status)
    faults: dict[type[Exception], Fault] = {
        StaleVersion: Fault.STALE_VERSION,
        KeyReused: Fault.KEY_REUSED,
        Busy: Fault.BUSY,
        Conflict: Fault.BUSY,
        Destroyed: Fault.ERASED,
        StoreUnavailable: Fault.UNAVAILABLE,
        **dict.fromkeys(TRANSIENT, Fault.UNAVAILABLE),
    }
    for kind, fault in faults.items():
        app.exception_handler(kind)(lambda _, __, fault=fault: Problem(fault).response())


def _invalid(_: Request, invalid: Invalid) -> JSONResponse:
    """A body that is JSON and no command."""
    status = Fault.MALFORMED_JSON.status if invalid.code == Fault.MALFORMED_JSON else 422
    return said(invalid.code, status, "The body is not valid.", detail=invalid.message)


def _parameter(_: Request, error: RequestValidationError) -> JSONResponse:
    """A parameter is named; its value, and what the framework says of it, are not."""
    where = error.errors()[0]["loc"]
    name = where[1] if len(where) > 1 and isinstance(where[1], str) else None
    return Problem(Fault.INVALID_PARAMETER, None if name is None else f"{name} is missing or not valid.").response()


def _status(_: Request, error: HTTPException) -> JSONResponse:
    """What the framework refuses by itself; its own words are left out."""
    other = Fault.INVALID_PARAMETER if error.status_code < Fault.FAILED.status else Fault.FAILED
    answer = Problem(STATUSES.get(error.status_code, other)).response()
    answer.headers.update(error.headers or {})
    return answer

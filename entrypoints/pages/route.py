"""How does a page answer what goes wrong: as a page, with the same words as the problem programs get?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, cast

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from entrypoints.api.problems import Fault, Problem, WrongRole
from entrypoints.pages.showing import Pages
from journey.errors import Rule

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

FORBIDDEN = 403


class PageRoute(APIRoute):
    """A route whose faults are pages, too."""

    def get_route_handler(self) -> Handler:
        """Answer, and show what went wrong."""
        answer = super().get_route_handler()

        async def shown(request: Request) -> Response:
            if "text/html" not in request.headers.get("accept", ""):
                return await answer(request)  # a program gets the problem itself
            try:
                return await answer(request)
            except WrongRole:
                return _page(request, FORBIDDEN, Rule.WRONG_ROLE.text)
            except RequestValidationError:
                return _page(request, Fault.INVALID_PARAMETER.status, Fault.INVALID_PARAMETER.text)
            except Problem as problem:
                return _page(request, problem.fault.status, problem.fault.text)

        return shown


def _page(request: Request, status: int, text: str) -> Response:
    pages = cast("Pages", request.app.state.pages)
    caller = getattr(request.state, "caller", None)
    title = "Sign in first" if status == Fault.NOT_SIGNED_IN.status else "This can't be shown"
    return pages.show("message.html", request.url.path, caller, status=status, title=title, text=text)

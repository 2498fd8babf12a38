"""What does every route have at hand?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from entrypoints.api.tokens import Issuer, Verifier
from entrypoints.app import App


@dataclass(frozen=True, slots=True)
class Wired:
    """The installation, and who vouches for its callers. Without an `issuer` of our own nobody signs in to pages."""

    app: App
    verifier: Verifier
    issuer: Issuer | None

    @classmethod
    def of(cls, app: App) -> Wired:
        """Wire an installation. Raises Misconfigured."""
        issuer = Issuer.open(app.settings, app.clock) if app.settings.issuer is None else None
        return cls(app, Verifier.open(app.settings, app.clock), issuer)


async def wired(request: Request) -> Wired:
    """What this server was started with."""
    return cast("Wired", request.app.state.wired)


FromServer = Annotated[Wired, Depends(wired)]

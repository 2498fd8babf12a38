"""Who may ask over HTTP?"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from entrypoints.api.tokens import Issuer, Purpose
from entrypoints.app import now
from entrypoints.cli.asking import settings_of
from entrypoints.cli.talk import Exit, Failed
from journey.values import Role


def token(
    context: typer.Context,
    *,
    user: Annotated[str, typer.Option(help="Whom it is for.")],
    role: Annotated[Role, typer.Option(help="The role they act in.")],
    hours: Annotated[int, typer.Option(min=1, max=24 * 365, help="For how long.")] = 8,
    pages: Annotated[str | None, typer.Option(metavar="URL", help="A link that signs in to pages, once.")] = None,
) -> None:
    """Print a bearer token, or a sign-in link for pages. Refused where an issuer is configured."""
    issuer = Issuer.open(settings_of(context), now)
    lasting = timedelta(hours=hours)
    try:
        typer.echo(
            issuer.issue(Purpose.ACCESS, user, role, lasting)
            if pages is None
            else issuer.link(user, role, pages, lasting)
        )
    except ValueError as error:
        raise Failed(str(error), Exit.USAGE) from None


def config(context: typer.Context) -> None:
    """Print every setting as it takes effect, secrets masked."""
    for name, value in settings_of(context).shown().items():
        typer.echo(f"JOURNEY_{name.upper()}={'' if value is None else value}")

"""What do the pages need besides: styles, scripts and the icon?"""

from __future__ import annotations

from starlette.staticfiles import StaticFiles

from entrypoints.api.auth import Everybody


class Assets(StaticFiles):
    """Styles, scripts and the icon: there is nothing of a patient in them."""

    check = Everybody("styles and scripts, the same for all")

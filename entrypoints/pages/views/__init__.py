"""Which pages of outcomes are there?"""

from __future__ import annotations

from collections.abc import Mapping

from entrypoints.pages.views.adherence import ADHERENCE
from entrypoints.pages.views.gains import GROUPS, RESPONSES, TRAJECTORIES
from entrypoints.pages.views.lasting import SUSTAINED, TIME_TO_RESPONSE
from entrypoints.pages.views.safety import PRESSURE, SIDE_EFFECTS
from entrypoints.pages.views.view import View

VIEWS: Mapping[str, View] = {
    "responses": RESPONSES,
    "groups": GROUPS,
    "trajectories": TRAJECTORIES,
    "time-to-response": TIME_TO_RESPONSE,
    "sustained": SUSTAINED,
    "adherence": ADHERENCE,
    "side-effects": SIDE_EFFECTS,
    "pressure": PRESSURE,
}
"""Each by its name in the address; the first is shown where none is named."""

__all__ = ["VIEWS", "View"]

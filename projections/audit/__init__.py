"""Who did what, when, and why; and what did the journey look like then?"""

from __future__ import annotations

from projections.audit.attempts import refused
from projections.audit.replay import replay
from projections.audit.timeline import PROJECTION, timeline

__all__ = ["PROJECTION", "refused", "replay", "timeline"]

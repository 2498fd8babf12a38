"""Which pages make up the reference, and what is on each?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entrypoints.reference.analysis_page import analysis_page
from entrypoints.reference.command_page import commands_page
from entrypoints.reference.event_page import events_page
from entrypoints.reference.instrument_page import instruments_page
from entrypoints.reference.policy_page import policy_page
from entrypoints.reference.rule_page import rules_page
from entrypoints.reference.task_page import tasks_page

PAGES: Mapping[str, Callable[[], str]] = {
    "analysis.md": analysis_page,
    "commands.md": commands_page,
    "events.md": events_page,
    "instruments.md": instruments_page,
    "policy.md": policy_page,
    "rules.md": rules_page,
    "tasks.md": tasks_page,
}
"""Of each file in docs/ what writes it."""

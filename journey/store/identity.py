"""Who is a patient, and how long may free words be? Known to the vault and to nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import MaxLen, MinLen

Name = Annotated[str, MinLen(1), MaxLen(200)]
Phone = Annotated[str, MinLen(1), MaxLen(40)]
ChartNumber = Annotated[str, MinLen(1), MaxLen(40)]
Note = Annotated[str, MinLen(1), MaxLen(10_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What tells a person; it never enters an event."""

    name: Name
    birth_date: date | None = None
    phone: Phone | None = None
    chart_number: ChartNumber | None = None

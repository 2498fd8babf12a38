"""How is each questionnaire scored?"""

from __future__ import annotations

from journey.instruments import gad7, phq9
from journey.instruments.score import Answers, Score, Scorer
from journey.values import Instrument

SCORERS: dict[Instrument, Scorer] = {Instrument.PHQ9: phq9.SCORER, Instrument.GAD7: gad7.SCORER}

__all__ = ["SCORERS", "Answers", "Score", "Scorer"]

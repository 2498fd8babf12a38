"""How is each instrument scored?

Only numbers are here: item texts belong to their owners, and are not shipped.
"""

from __future__ import annotations

from collections.abc import Mapping

from journey.instruments import (
    audit,
    cadss,
    cssrs,
    dast10,
    gad7,
    madrs,
    moaas,
    padss,
    pcl5,
    phq9,
    qids_sr16,
    stop_bang,
)
from journey.instruments.score import About, Alarm, Answers, Said, Score, Scorer, numbered
from journey.values import Instrument

SCORERS: Mapping[Instrument, Scorer] = {
    Instrument.PHQ9: phq9.SCORER,
    Instrument.GAD7: gad7.SCORER,
    Instrument.QIDS_SR16: qids_sr16.SCORER,
    Instrument.MADRS: madrs.SCORER,
    Instrument.PCL5: pcl5.SCORER,
    Instrument.CSSRS: cssrs.SCORER,
    Instrument.CADSS: cadss.SCORER,
    Instrument.PADSS: padss.SCORER,
    Instrument.MOAAS: moaas.SCORER,
    Instrument.STOP_BANG: stop_bang.SCORER,
    Instrument.AUDIT: audit.SCORER,
    Instrument.DAST10: dast10.SCORER,
}

__all__ = ["SCORERS", "About", "Alarm", "Answers", "Said", "Score", "Scorer", "numbered"]

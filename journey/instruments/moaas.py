"""How is the MOAA/S scored? One observation: 5 is alert, 0 is no response."""

from __future__ import annotations

from journey.instruments.score import About, Said, items
from journey.instruments.sum import Sum
from journey.values import Status

SCORER = Sum(
    about=About(
        name="MOAA/S",
        algorithm_version="moaas-1",
        scoring=Said(
            "the observed level; 0 is loss of consciousness", "Spravato label; Chernik 1990, quoted", Status.WEAK
        ),
        missing=Said("unobserved: no score", "nobody", Status.CHOICE),
        licence=Said("not looked up", "nobody", Status.UNVERIFIED),
    ),
    values=items(1, 5),
    bands=((0, "loss_of_consciousness"), (1, "sedated"), (5, "alert")),
)

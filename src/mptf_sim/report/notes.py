"""What every report says beside its numbers: how to read an error, and what the model does not say."""

from __future__ import annotations

from mptf_sim.runs.tables import RunTables


def errors(tables: RunTables) -> str:
    """What ±, P5 and P95 mean in this run."""
    basis = str(tables.timeline["basis"].iloc[0])
    exact = basis == "every path"
    return (
        "± is two standard errors: what a finite number of paths leaves open, and nothing else. P5 and P95 bound nine "
        f"paths in ten; {'each is the value of a real path' if exact else f'by quarter they are read from a {basis}'}."
    )


MODEL_CARD = (
    "The paths are futures of this scenario, all equally likely. They are no forecast: what the scenario does not state "
    "does not happen on any path.",
    "The errors shown come from the number of paths. What an assumption may be wrong by is not in them; to see it, change "
    "the assumption and compare.",
    "Each quantile is read on its own: the P5 of the parts does not add up to the P5 of the whole. Means add up, and so "
    "does the median path, to the cent.",
    "The median path is one path, chosen by its total of transfers. It is not the most likely future.",
    "An instalment that waits for cash and one that is not released are two different things, and never one number.",
    "Coverage counts direct cost alone: what the fund's programmes deliver and what other secured sources spend. "
    "Indicative and requested finance is shown beside it and never counted.",
    "Delivery is money spent by organisations. What it does for migrants and communities is beyond this model.",
    "A funding gap is measured against the needs that plans state. The model does not judge whether a plan asks for too "
    "much or too little.",
)
"""Sentences that hold of every run."""

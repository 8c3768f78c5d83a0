"""On how few donors the fund rests, and how unequally its plans are served: each path has its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from mptf_sim.formulas.equity import gini, theil_t
from mptf_sim.measures.statistics import BadTail
from mptf_sim.quantities import Array, Mask, Whole

INSTEAD = {
    "months_of_liquidity": "closing_cash",
    "largest_donor_share": "deposits",
    "donor_concentration": "deposits",
    "inequality_gini": "coverage, plan by plan",
    "inequality_theil": "coverage, plan by plan",
}
"""Each of these metrics, and the metric whose postings tell most of it: an index is no sum of postings itself."""

PARTS = 1_000_000
"""An index of a path is kept as so many parts of one, so that it is a ratio of whole numbers like every other share."""


class Index(NamedTuple):
    """One metric of the fund, a ratio on every path."""

    name: str
    unit: str  # "share", "index" or "months"
    bad_tail: BadTail
    above: Whole  # (path,)
    below: Whole


def of_fund(columns: Mapping[str, Whole], plans: Sequence[str], quarters: int) -> Iterator[Index]:
    """Months of liquidity, donor concentration, and equity per need; what no path can have is left out."""
    uses = columns["net_funded"] + columns["agent_fees"] + columns["direct_cost"]
    if (uses > 0).any():
        yield Index(
            "months_of_liquidity", "months", "low", columns["closing_cash"] * (3 * quarters), np.maximum(uses, 0)
        )
    donors = [values for name, values in columns.items() if name.startswith("deposits:")]
    given = np.array(donors)
    if len(donors) and (columns["deposits"] > 0).any():
        yield Index("largest_donor_share", "share", "high", given.max(axis=0), given.sum(axis=0))
        some = given.sum(axis=0) > 0
        shares = given[:, some] / given[:, some].sum(axis=0)
        yield _index("donor_concentration", (shares**2).sum(axis=0), some)
    needs = np.array([columns[f"needs:{plan}"] for plan in plans if columns[f"needs:{plan}"].all()])
    if len(needs) < 2:
        return
    served = [plan for plan in plans if columns[f"needs:{plan}"].all()]
    delivered = np.array([columns[f"delivered:{plan}"] - columns[f"executed:{plan}"] for plan in served])
    some = delivered.sum(axis=0) > 0
    if some.any():
        per_need = delivered[:, some] / needs[:, some]
        yield _index("inequality_gini", np.asarray(gini(per_need, needs[:, some])), some)
        yield _index("inequality_theil", np.asarray(theil_t(per_need)), some)


def _index(name: str, values: Array, some: Mask) -> Index:
    """An index of those paths on which there is something to be unequal about."""
    above = np.zeros(len(some), dtype=np.int64)
    above[some] = np.rint(values * PARTS).astype(np.int64)
    return Index(name, "index", "high", above, some.astype(np.int64) * PARTS)

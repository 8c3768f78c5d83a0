"""`python -m tests.mutants`: every mutant, what is wrong with it, and what catches it."""

from __future__ import annotations

import sys

from tests.mutants.funds import FUNDS
from tests.mutants.mutant import NotMade, hunt
from tests.mutants.table import MUTANTS

WIDTH = max(len(mutant.name) for mutant in MUTANTS) + 2


def main() -> int:
    """Print the table; 1 if a mutant was not caught."""
    escaped = 0
    for mutant in MUTANTS:
        print(f"{mutant.name:<{WIDTH}}{mutant.wrong} ({mutant.where})")
        try:
            caught = str(hunt(mutant, FUNDS) or "")
        except NotMade as why:
            caught, why_not = "", str(why)
        else:
            why_not = "nobody notices"
        escaped += not caught
        print(f"{'':<{WIDTH}}{caught or f'NOT CAUGHT: {why_not}'}", flush=True)
    print(f"{len(MUTANTS) - escaped} of {len(MUTANTS)} mutants caught on {len(FUNDS)} small funds")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.mutants`: every mutant, what is wrong with it, and what catches it."""

from __future__ import annotations

import sys

from tests.mutants.funds import FUNDS
from tests.mutants.mutant import hunt
from tests.mutants.table import MUTANTS

WIDTH = max(len(mutant.name) for mutant in MUTANTS) + 2


def main() -> int:
    """Print the table; 1 if a mutant was not caught."""
    escaped = 0
    for mutant in MUTANTS:
        caught = hunt(mutant, FUNDS)
        escaped += caught is None
        print(f"{mutant.name:<{WIDTH}}{mutant.wrong} ({mutant.where})")
        print(f"{'':<{WIDTH}}{caught or 'NOT CAUGHT'}", flush=True)
    print(f"{len(MUTANTS) - escaped} of {len(MUTANTS)} mutants caught on {len(FUNDS)} small funds")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())

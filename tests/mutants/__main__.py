"""`python -m tests.mutants`: every mutant, what is wrong with it, and what catches it."""

from __future__ import annotations

import sys

from tests.mutants.funds import FUNDS
from tests.mutants.mutant import Mutant, NotMade, hunt
from tests.mutants.table import MUTANTS

WIDTH = max(len(mutant.name) for mutant in MUTANTS) + 2


ESCAPED = "NOT CAUGHT"


def outcome(mutant: Mutant) -> str:
    """What catches a mutant, in words."""
    try:
        caught = hunt(mutant, FUNDS)
    except NotMade as why:
        return f"{ESCAPED}: {why}"
    if caught is None:
        return f"{ESCAPED}: nobody notices"
    if caught.check != mutant.stopped_by:
        return f"{ESCAPED} as expected, by {mutant.stopped_by or 'the second engine'}: {caught}"
    return str(caught)


def main() -> int:
    """Print the table; 1 if a mutant was not caught."""
    escaped = 0
    for mutant in MUTANTS:
        print(f"{mutant.name:<{WIDTH}}{mutant.wrong} ({mutant.where})")
        told = outcome(mutant)
        escaped += told.startswith(ESCAPED)
        print(f"{'':<{WIDTH}}{told}", flush=True)
    print(f"{len(MUTANTS) - escaped} of {len(MUTANTS)} mutants caught on {len(FUNDS)} small funds")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())

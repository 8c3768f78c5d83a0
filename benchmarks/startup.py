"""How long one waits before anything happens: `python -m benchmarks.startup`.

Processor time of short commands, the least of many repeats taken in turn. On a machine that does nothing else it is the
time one waits; on a busy one it still says something.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPT = str(Path(sys.executable).with_name("mptf-sim"))

BUDGETS = {
    "python -c pass": ([sys.executable, "-c", "pass"], None),
    "mptf-sim --help": ([SCRIPT, "--help"], 60),
    "import mptf_sim": ([sys.executable, "-c", "import mptf_sim"], 60),
    "mptf-sim check scenarios/baseline.yaml": ([SCRIPT, "check", "scenarios/baseline.yaml"], 300),
}
"""What is typed, and how many milliseconds it may take (byte code written)."""


def startup_ms(repeats: int = 20) -> dict[str, float]:
    """Milliseconds of each command: the least of so many repeats."""
    least = dict.fromkeys(BUDGETS, float("inf"))
    for _ in range(repeats):
        for name, (command, _) in BUDGETS.items():
            before = _spent_by_children()
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            least[name] = min(least[name], 1000 * (_spent_by_children() - before))
    return least


def _spent_by_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print them with their budgets."""
    for name, milliseconds in startup_ms().items():
        budget = BUDGETS[name][1]
        print(f"  {name:<55} {milliseconds:7.0f} ms" + (f"   budget {budget}" if budget else ""))


if __name__ == "__main__":
    main()

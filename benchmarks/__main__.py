"""How fast the engine is: `python -m benchmarks`.

The unit is one programme x path x period of the standard fund; the yardstick is the time per element of a float64
`np.add` over 32,768 elements, measured between the runs. Nothing here is a test: it reports.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.blended_fund import blended_fund
from benchmarks.standard_fund import standard_fund
from benchmarks.startup import startup_ms
from benchmarks.whole_fund import whole_fund
from mptf_sim.engine.draws import CHUNK, draw
from mptf_sim.engine.run import BLOCK, play_chunk, simulate
from mptf_sim.engine.terms import Terms
from mptf_sim.scenario.scenario import Scenario

SAVED = Path(__file__).parent / "last_run.json"


def add_seconds(repeats: int = 50) -> float:
    """Seconds per element of np.add over 32,768 float64: the least of so many repeats."""
    left, right, out = (np.ones(32_768) for _ in range(3))
    least = np.inf
    for _ in range(repeats):
        begun = time.perf_counter()
        np.add(left, right, out=out)
        least = min(least, time.perf_counter() - begun)
    return least / 32_768


def funded_share(scenario: Scenario, paths: int = 512) -> float:
    """Share of what documents ask for that the Committee approves."""
    run = simulate(scenario, paths, seed=7)
    return float(run.columns["approvals"].mean()) / sum(programme.budget for programme in scenario.programmes)


def adds_per_unit(scenario: Scenario, repeats: int) -> dict[str, float]:
    """Adds per programme-path-period on one core: one chunk of paths, the yardstick measured before and after each."""
    terms = Terms(scenario)
    unit = len(terms.programmes) * terms.periods * CHUNK
    ratios, drawing = [], []
    for _ in range(repeats):
        add = add_seconds()
        begun = time.process_time()
        play_chunk(terms, 7, 0, CHUNK, BLOCK)
        spent = time.process_time() - begun
        add = min(add, add_seconds())
        begun = time.process_time()
        draw(terms, 7, 0)
        drawing.append((time.process_time() - begun) / unit / add)
        ratios.append(spent / unit / add)
    return {"least": min(ratios), "median": float(np.median(ratios)), "of which draws": min(drawing)}


def time_with_deals(repeats: int) -> float:
    """Processor time of a chunk of the standard fund with 50 deals over one without, measured in turn: the least of each."""
    least: list[float] = [np.inf, np.inf]
    laid_out = [Terms(standard_fund()), Terms(blended_fund())]
    for _ in range(repeats):
        for number, terms in enumerate(laid_out):
            begun = time.process_time()
            play_chunk(terms, 7, 0, CHUNK, BLOCK)
            least[number] = min(least[number], time.process_time() - begun)
    return least[1] / least[0]


def two_processes(scenario: Scenario, chunks: int, repeats: int = 3) -> float:
    """How many times faster two processes play than one, start-up left out by a longer and a shorter run.

    Long and short, one and two take turns, and of each the least time counts: a machine that does something else in
    between would tell of that.
    """
    least: dict[tuple[int, int], float] = {}
    for _ in range(repeats):
        for workers in (1, 2):
            for paths in (chunks * CHUNK, 2 * CHUNK):
                begun = time.perf_counter()
                simulate(scenario, paths, seed=7, workers=workers)
                spent = time.perf_counter() - begun
                least[workers, paths] = min(spent, least.get((workers, paths), np.inf))
    one, two = (least[workers, chunks * CHUNK] - least[workers, 2 * CHUNK] for workers in (1, 2))
    return one / two


def peak_memory_mib(paths: int) -> float:
    """Peak resident memory of a run of so many paths in a process of its own, children included."""
    code = (
        "import resource\n"
        "from benchmarks.standard_fund import standard_fund\n"
        "from mptf_sim.engine.run import simulate\n"
        f"simulate(standard_fund(), {paths}, seed=7)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return int(out.stdout) / 1024


def main() -> None:
    """Measure, print, and compare with the last saved run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument(
        "--memory-paths", type=int, default=100_000, help="0 leaves the memory run out (it takes minutes)"
    )
    parser.add_argument("--save", action="store_true", help="keep these figures as the last run")
    chosen = parser.parse_args()

    scenario = standard_fund()
    share = funded_share(scenario)
    if not 0.2 <= share <= 0.5:
        raise SystemExit(f"the standard fund approves {share:.0%} of requests: its money must cover 20 to 50 %")
    figures: dict[str, float] = {"share of requests approved": share}
    figures |= {
        f"adds per programme-path-period, {name}": value
        for name, value in adds_per_unit(scenario, chosen.repeats).items()
    }
    every_feature = adds_per_unit(whole_fund(), max(2, chosen.repeats // 2))
    figures["adds per programme-path-period with every feature in use"] = every_feature["least"]
    figures["time with 50 deals over time without"] = time_with_deals(chosen.repeats)
    figures["two processes over one"] = two_processes(scenario, chunks=10)
    figures |= {f"ms of {name}": milliseconds for name, milliseconds in startup_ms().items()}
    if chosen.memory_paths:
        figures[f"peak MiB at {chosen.memory_paths:,} paths"] = peak_memory_mib(chosen.memory_paths)

    before = json.loads(SAVED.read_text()) if SAVED.exists() else {}
    print(f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}")
    for name, value in figures.items():
        last = f"   last {before[name]:.3g}" if name in before else ""
        print(f"  {name:<58} {value:10.3g}{last}")
    if chosen.save:
        SAVED.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()

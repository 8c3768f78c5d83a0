"""Nobody waits for what they did not ask for: what a command loads, it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import mptf_sim
from mptf_sim.cli import COMMANDS

ROOT = Path(__file__).parents[1]

FOR_READING = {
    "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection", "yaml", "_yaml",
}  # fmt: skip
"""Libraries that `mptf-sim check` may load."""

FOR_RESULTS = {"pandas", "scipy", "matplotlib", "duckdb", "jinja2"}
"""Half a second and more together: loaded by what makes tables, figures and pages, and by nothing else."""


def loaded_by(code: str) -> set[str]:
    """Every module that a Python of its own has loaded once this has run, but for those it always loads."""
    program = (
        f"import sys\nbefore = set(sys.modules)\ntry:\n    exec({code!r}, {{}})\nexcept SystemExit as left:\n"
        "    assert not left.code, left.code\n"
        "import json\nprint('\\n' + json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def calling(*words: str) -> str:
    return f"from mptf_sim.cli import main\nassert not main({list(words)!r})"


def libraries(modules: set[str]) -> set[str]:
    """Those that come with neither Python nor us, but for what compilers and platforms add of their own."""
    tops = {name.partition(".")[0] for name in modules}
    ours = {"mptf_sim", *(name for name in tops if "cython" in name or name.startswith("_sysconfigdata"))}
    return tops - sys.stdlib_module_names - ours


def rooms(modules: set[str]) -> set[str]:
    return {name.split(".")[1] for name in modules if name.startswith("mptf_sim.")}


def test_importing_the_package_loads_nothing() -> None:
    modules = loaded_by("import mptf_sim")
    assert libraries(modules) == set()
    assert rooms(modules) == set()


def test_every_name_of_the_package_is_there_when_it_is_asked_for() -> None:
    assert set(dir(mptf_sim)) == set(mptf_sim.__all__)
    assert [name for name in mptf_sim.__all__ if getattr(mptf_sim, name) is None] == []
    with pytest.raises(AttributeError, match="no attribute 'simulation'"):
        _ = mptf_sim.simulation


@pytest.mark.parametrize("words", [("--help",), ("--version",)], ids=str)
def test_help_loads_no_library(words: tuple[str, ...]) -> None:
    modules = loaded_by(calling(*words))
    assert libraries(modules) == set()
    assert rooms(modules) == {"cli"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_loads_nothing_that_makes_results(command: str) -> None:
    assert libraries(loaded_by(calling(command, "--help"))) & FOR_RESULTS == set()


def test_check_loads_what_reads_a_scenario_and_nothing_more() -> None:
    modules = loaded_by(calling("check", "scenarios/baseline.yaml"))
    assert "numpy" not in modules, (
        "something that reads scenarios says `import numpy`: `from mptf_sim.arrays import np`"
    )
    assert libraries(modules) <= FOR_READING
    assert rooms(modules) <= {"cli", "errors", "fund", "money", "quantities", "arrays", "scenario"}
    assert not modules & {"multiprocessing", "concurrent.futures", "difflib", "traceback"}


def test_a_simulation_loads_nothing_that_makes_results() -> None:
    """But for scipy's sparse matrices, with which the engine adds up."""
    modules = loaded_by(
        "import mptf_sim as ms\nms.simulate(ms.read_scenario('src/mptf_sim/cli/new_scenario.yaml'), paths=1)"
    )
    assert libraries(modules) & (FOR_RESULTS - {"scipy"}) == set()
    assert not {name for name in modules if name.startswith(("scipy.stats", "scipy.optimize"))}


def test_numpy_is_loaded_when_an_array_is_wanted() -> None:
    stands_for_numpy = "from mptf_sim.arrays import np\nimport sys\nassert 'numpy' not in sys.modules\n"
    used = "assert np.rint(2.5) == 2.0\nimport numpy\nassert np.rint is numpy.rint and np.linalg is numpy.linalg"
    assert "numpy" in loaded_by(stands_for_numpy + used)

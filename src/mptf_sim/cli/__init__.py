"""The doorbell: one command per file, each imported when it is called."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from types import FrameType

from mptf_sim import __version__

COMMANDS = {
    "run": "play a scenario and write a run folder with its report",
    "check": "read a scenario and list every problem in it",
    "report": "draw a run folder again, or one of its figures alone",
    "compare": "hold runs against one another on the same futures",
    "explain": "trace a figure of a run to the postings behind it",
    "journal": "write every posting of one path, for an accountant or for IATI",
    "statement": "print source and use of funds by year, at any percentile",
    "query": "ask run folders in SQL",
    "schema": "print the JSON Schema of the scenario file, for editors",
    "new": "write a commented scenario that runs, in YAML or as a workbook",
    "verify": "check a file of worked examples against the formulas",
}

FINE, OUR_BUG, INPUT_FAULT, MACHINE_FAULT, NOT_AS_EXPECTED, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 130, 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 our bug, 2 the input's fault, 3 the machine's, 4 not as
    expected, 130 and 143 interrupted."""
    signal.signal(signal.SIGTERM, _terminated)
    gc.set_threshold(100_000)  # little of what is loaded and read is garbage: to look for it took a tenth of `check`
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(given[0] if given else "")
    try:
        chosen = parser.parse_args(given)
        code = import_module(f"mptf_sim.cli.{chosen.command}").main(chosen)
        sys.stdout.flush()  # here, where an error can still be told
        return int(code)
    except KeyboardInterrupt:
        print("interrupted: nothing was written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _print_no_more()
        return FINE
    except Exception as problem:  # the last door: every error leaves as a sentence and a code
        code = _explain(problem)
        try:
            sys.stdout.flush()
        except OSError:
            _print_no_more()
        return code


def _print_no_more() -> None:
    """What could not be printed is not tried again when Python closes its streams."""
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


class _Help(argparse.HelpFormatter):
    """Help whose second column leaves room for the longest command: argparse forgets that commands are indented twice."""

    def add_arguments(self, actions: Iterable[argparse.Action]) -> None:
        super().add_arguments(actions)
        self._action_max_length = max(self._action_max_length, 4 + max(map(len, COMMANDS)))


def _parser(command: str) -> argparse.ArgumentParser:
    """All commands by name; the options of the one that is called."""
    parser = argparse.ArgumentParser(
        prog="mptf-sim",
        description="Simulate the money of the Migration Multi-Partner Trust Fund, path by path, to the cent.",
        epilog="`mptf-sim COMMAND --help` says more.",
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"mptf-sim {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        one = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name == command:
            import_module(f"mptf_sim.cli.{name}").add_options(one)
    return parser


def _explain(problem: Exception) -> int:
    from mptf_sim.errors import BrokenInvariant, OutputError, ScenarioError, UsageError

    if isinstance(problem, (ScenarioError, UsageError)):
        print(problem, file=sys.stderr)
        return INPUT_FAULT
    if isinstance(problem, (OutputError, OSError, MemoryError)):
        print(f"the machine would not do it: {str(problem) or 'out of memory'}", file=sys.stderr)
        return MACHINE_FAULT
    if not isinstance(problem, BrokenInvariant):
        import traceback

        traceback.print_exception(problem)
        print(
            "this is a bug in mptf-sim: please report it with the lines above and your scenario",
            file=sys.stderr,
        )
        return OUR_BUG
    print(problem, file=sys.stderr)
    return OUR_BUG


def _terminated(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(TERMINATED)

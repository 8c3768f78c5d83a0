"""Calling `mptf-sim` as a user does: the installed script in a process of its own, or its main() here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from mptf_sim.cli import main

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = Path(__file__).parents[2] / "src/mptf_sim/cli/new_scenario.yaml"
"""What `mptf-sim new` writes: six years, two donors, three documents; a thousand paths take a second."""


class Answer(NamedTuple):
    """What a call left: its exit code and all it said."""

    code: int
    out: str
    err: str


def script() -> str:
    """The installed script of the Python that runs the tests."""
    path = Path(sys.executable).with_name("mptf-sim")
    assert path.is_file(), f"{path} is missing: `make setup` installs it"
    return str(path)


def environment() -> dict[str, str]:
    """That of a user's shell: output is buffered, and a warning of ours is an error."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def called(*words: object, cwd: Path | None = None) -> Answer:
    """The script in a process of its own."""
    done = subprocess.run(
        [script(), *map(str, words)],
        cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> Answer:
    """main() in this process: the same words, the same answer, without the start of a Python."""
    capsys.readouterr()
    with _signals_as_they_were():
        try:
            code = main([str(word) for word in words])
        except SystemExit as leaving:  # argparse leaves this way
            code = leaving.code if isinstance(leaving.code, int) else 1
    return Answer(code, *capsys.readouterr())


@contextmanager
def _signals_as_they_were() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out figures and pages, which take seconds and are tested in tests/report."""
    monkeypatch.setattr(
        "mptf_sim.report.write_run_report", lambda tables, folder: (folder / "report.html").write_text("drawn")
    )


def run_undrawn(folder: Path, *words: object) -> Path:
    """A run folder without figures and pages, for tests that take a copy of it each."""
    with pytest.MonkeyPatch.context() as patched, _signals_as_they_were():
        without_drawing(patched)
        assert main(["run", *map(str, words), "--out", str(folder), "-q"]) == 0
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name within it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() or path.is_symlink()
    }

"""What is printed may be cut off or refused: that is no bug of ours, and no traceback."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.calling import SMALL, environment, script


def printed_to(target: int, *words: str) -> tuple[int, str]:
    """Exit code and errors of a call whose standard output goes there."""
    done = subprocess.run(
        [script(), *words], env=environment(), stdin=subprocess.DEVNULL, stdout=target, stderr=subprocess.PIPE,
        encoding="utf-8", timeout=300,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.fixture
def closed_pipe():
    """The end of a pipe that nobody reads, as of `mptf-sim schema | head -0`."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


def test_a_reader_that_has_left_in_the_midst_is_no_error(closed_pipe):
    assert printed_to(closed_pipe, "schema") == (0, "")  # more than a buffer holds


def test_a_reader_that_has_left_before_a_short_answer_is_no_error(closed_pipe):
    assert printed_to(closed_pipe, "check", str(SMALL)) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
class TestAFullDisk:
    def test_is_the_machines_fault_when_much_is_printed(self):
        with open("/dev/full", "w") as full:
            code, told = printed_to(full.fileno(), "schema")

        assert code == 3
        assert told.startswith("the machine would not do it: ")
        assert "No space left on device" in told

    def test_is_the_machines_fault_when_little_is_printed(self):
        with open("/dev/full", "w") as full:
            code, told = printed_to(full.fileno(), "check", str(SMALL))

        assert code == 3
        assert told.startswith("the machine would not do it: ")

"""A run that is interrupted leaves no partial folder, no litter and no process behind, and the earlier run as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.calling import SMALL, contents, environment, script

TICKS = os.sysconf("SC_CLK_TCK")
AT_WORK = 2.5
"""Seconds of processor time after which a worker has surely started and plays."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


def _as_from_a_terminal() -> None:
    """A shell lets what it starts in the background ignore Ctrl-C, and so would all that these tests start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class LongRun:
    """A run of two million paths in a process group of its own, as from a terminal."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder = folder
        words = ("run", str(SMALL), "--paths", "2_000_000", "--workers", str(workers), "--out", "run")
        self.process = subprocess.Popen(
            [script(), *words],
            cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", start_new_session=True, preexec_fn=_as_from_a_terminal,
        )  # fmt: skip

    def wait_until(self, what: Callable[[], bool]) -> None:
        """Look again and again; an hour-long run that ends by itself has failed."""
        while not what():
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.05)

    def is_begun(self) -> bool:
        return any(path.name.endswith(".making") for path in self.folder.iterdir())

    def workers(self) -> dict[int, float]:
        """Processor seconds of each worker process."""
        found = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[1]) == self.process.pid and b"spawn_main" in (stat.parent / "cmdline").read_bytes():
                    found[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / TICKS
            except (OSError, IndexError):
                continue  # it has ended meanwhile
        return found

    def ends(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err

    def leaves_no_process(self) -> bool:
        """Whether all of its group end soon."""
        for _ in range(1500):
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return True
            time.sleep(0.02)
        return False

    def close(self) -> None:
        if self.process.poll() is None or not self.leaves_no_process():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def long_run(tmp_path) -> Iterator[Callable[..., LongRun]]:
    """Starts a long run in a folder where an earlier one stands."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run/manifest.json").write_text('{"scenario": "earlier", "result_digest": "0"}')
    (tmp_path / "run/kpis.csv").write_text("earlier numbers")
    started: list[LongRun] = []

    def start(workers: int) -> LongRun:
        started.append(LongRun(tmp_path, workers))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.mark.parametrize(
    ("sent", "code", "told"),
    [(signal.SIGINT, 130, "interrupted: nothing was written\n"), (signal.SIGTERM, 143, "")],
    ids=["SIGINT", "SIGTERM"],
)
def test_an_interrupted_run_says_so_by_its_exit_code_and_leaves_all_as_it_was(long_run, tmp_path, sent, code, told):
    before = contents(tmp_path)
    run = long_run(workers=1)
    run.wait_until(run.is_begun)
    time.sleep(0.5)  # from the start of the play into its midst

    run.process.send_signal(sent)

    assert run.ends() == (code, "", told)
    assert contents(tmp_path) == before
    assert os.listdir(tmp_path) == ["run"]


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize(
    ("sent", "code", "told"),
    [(signal.SIGINT, 130, "interrupted: nothing was written\n"), (signal.SIGTERM, 143, "")],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_workers_end_with_the_run_they_work_for(long_run, tmp_path, sent, code, told):
    before = contents(tmp_path)
    run = long_run(workers=2)
    run.wait_until(lambda: sum(seconds > AT_WORK for seconds in run.workers().values()) == 2)

    if sent == signal.SIGINT:
        os.killpg(run.process.pid, sent)  # a terminal tells the whole group
    else:
        run.process.send_signal(sent)

    assert run.ends() == (code, "", told)
    assert run.leaves_no_process()
    assert contents(tmp_path) == before
    assert os.listdir(tmp_path) == ["run"]


@needs_proc
def test_ctrl_c_while_workers_start_is_told_in_one_sentence(long_run, tmp_path):
    run = long_run(workers=2)
    run.wait_until(lambda: any(seconds > 0.15 for seconds in run.workers().values()))

    os.killpg(run.process.pid, signal.SIGINT)

    code, out, err = run.ends()
    assert os.listdir(tmp_path) == ["run"]
    assert (code, out) == (130, "")
    assert err == "interrupted: nothing was written\n"

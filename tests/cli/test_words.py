"""The words of `mptf-sim`: help, version, and commands that do not exist."""

from __future__ import annotations

import pytest

import mptf_sim
from mptf_sim.cli import COMMANDS
from tests.cli.calling import SMALL, asked, called


def test_help_names_every_command_with_what_it_does():
    answer = called("--help")

    assert (answer.code, answer.err) == (0, "")
    for name, summary in COMMANDS.items():
        assert f"    {name} " in answer.out
        assert summary in answer.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(capsys, command):
    answer = asked(capsys, command, "--help")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"usage: mptf-sim {command} ")


def test_the_version_is_that_of_the_package(capsys):
    assert asked(capsys, "--version") == (0, f"mptf-sim {mptf_sim.__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "required: COMMAND"),
        (("simulate",), "invalid choice: 'simulate'"),
        (("--paths", "3"), "mptf-sim: error:"),
        (("run",), "required: scenario"),
        (("check", "a.yaml", "b.yaml"), "unrecognized arguments: b.yaml"),
        (("check", SMALL, "--fix"), "unrecognized arguments: --fix"),
        (("report",), "required: run"),
        (("new",), "required: file"),
        (("verify",), "required: cases"),
        (("schema", "--yaml"), "unrecognized arguments: --yaml"),
    ],
)
def test_words_that_mean_nothing_are_the_inputs_fault(capsys, words, told):
    answer = asked(capsys, *words)

    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err
    assert answer.err.startswith("usage: mptf-sim")

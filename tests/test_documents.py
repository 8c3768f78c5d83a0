"""What the documents say is so: their code runs as typed, their links lead somewhere, their words exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mptf_sim.cli import COMMANDS

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "scenarios").glob("*.md")])
FEW_PATHS, FEW_PATHS_IN_PYTHON = "--paths 64", "paths=64"
"""Whatever number of futures a document asks for: enough to see that the command works."""

OF_A_RUN = re.findall(r"`(\w+\.(?:csv|parquet|json))`", (ROOT / "README.md").read_text(encoding="utf-8"))
"""Files that a run leaves, as the README names them."""
A_FILE_OF_OURS = re.compile(r"`((?:[\w.-]+/)+(?:[\w.-]+)?|[\w-]+\.(?:py|toml|yaml))`")


class Block(NamedTuple):
    """Fenced lines of a document."""

    document: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT).as_posix()}:{self.line}"


def blocks(document: Path) -> Iterator[Block]:
    """Every fenced block."""
    text = document.read_text(encoding="utf-8")
    for fence in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield Block(document, text.count("\n", 0, fence.start()) + 1, fence[1], fence[2])


BLOCKS = [block for document in DOCUMENTS for block in blocks(document)]
PYTHON = [block for block in BLOCKS if block.language == "python"]
SHELL = [block for block in BLOCKS if block.language == "sh"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that looks like the repository to who types there: its scenarios, and `.venv`."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def typed(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command as a reader types it."""
    environment = os.environ | {"MPLBACKEND": "Agg"}
    return subprocess.run(
        command, cwd=home, env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=600
    )


def with_few_paths(lines: str) -> str:
    return re.sub(r"\bpaths=\d+", FEW_PATHS_IN_PYTHON, re.sub(r"--paths \d+", FEW_PATHS, lines))


def test_there_is_code_to_try() -> None:
    assert PYTHON
    assert SHELL
    assert {block.language for block in BLOCKS} <= {"python", "sh", "yaml", ""}
    assert len(OF_A_RUN) > 5


@pytest.mark.slow
@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_python_in_the_documents_runs_as_typed(block: Block, home: Path) -> None:
    done = typed(home, sys.executable, "-W", "error", "-c", with_few_paths(block.text))

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("block", SHELL, ids=str)
def test_commands_in_the_documents_run_as_typed(block: Block, home: Path) -> None:
    lines = with_few_paths(block.text)
    assert "mptf-sim run " not in re.sub(f"mptf-sim run .*{FEW_PATHS}", "", lines), f"a line without {FEW_PATHS}"

    done = typed(home, "sh", "-e", "-c", lines)

    assert done.returncode == 0, done.stderr
    for run in re.findall(r"mptf-sim run .*--out (\S+)", lines):
        assert [name for name in OF_A_RUN if not (home / run / name).is_file()] == [], (
            "named in README.md, not in the folder"
        )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue  # an address: nothing here needs the network
        name, _, anchor = target.partition("#")
        linked = (document.parent / name).resolve() if name else document
        if not linked.exists() or (anchor and anchor not in anchors(linked)):
            lost.append(target)
    assert lost == []


def anchors(document: Path) -> set[str]:
    """How headings are named in links."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_folders_that_are_named_exist(document: Path) -> None:
    package = ROOT / "src/mptf_sim"
    homes = (ROOT, ROOT / "scenarios", package, *(room for room in package.iterdir() if room.is_dir()))
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    named = [name for name in A_FILE_OF_OURS.findall(text) if not name.startswith(OF_A_RUN_FOLDER)]
    named = [name for name in named if not name.endswith("/ID")]  # a draw is named so
    assert [name for name in named if not any((home / name).exists() for home in homes)] == []


OF_A_RUN_FOLDER = ("runs/", "annexes/", "scenario.yaml")


def makefile_words() -> set[str]:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    return {match[1] for line in lines if (match := re.match(r"([a-z-]+):.*## ", line))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_words_for_make_are_in_the_makefile(document: Path) -> None:
    said = re.findall(r"^ *make ([a-z -]+)|`make ([a-z -]+)`", document.read_text(encoding="utf-8"), re.MULTILINE)
    words = {word for line in said for word in " ".join(line).split("#")[0].split()}
    assert words <= makefile_words()


def test_contributing_lists_every_word_of_the_makefile() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `make ([a-z-]+)` \|", text, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) | {"setup"} == makefile_words()  # setup stands above the table


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_that_are_named_exist(document: Path) -> None:
    said = re.findall(r"mptf-sim ([a-z]\w*)", document.read_text(encoding="utf-8"))
    assert set(said) <= set(COMMANDS)


def test_the_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [command for command in COMMANDS if f"`{command}`" not in text and f"`mptf-sim {command}`" not in text] == []

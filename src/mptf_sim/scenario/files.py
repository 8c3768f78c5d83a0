"""The files of one scenario: which may be opened, how much they may hold, what is wrong so far."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mptf_sim.errors import MOST_PROBLEMS, Problem, ScenarioError, nearest
from mptf_sim.scenario.written import Mark, dotted

if TYPE_CHECKING:
    from mptf_sim.scenario.workbook.xlsx import Workbook

MOST_BYTES = 20_000_000
"""The files of one scenario (parents and tables with it) hold at most 20 MB together: seconds, and half a gigabyte."""

MOST_ENTRIES = 600_000
"""Its YAML files hold at most so many keys and values: 50,000 needs written out are 550,000; tables hold more."""

MOST_FILES = 20
"""Files in a chain of `extends`."""

_LONGEST_PATH = 1000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Unreadable(Exception):
    """A file, or what stands in one cell, that cannot be read at all."""

    def __init__(self, mark: Mark, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.mark, self.message, self.path = mark, message, path


@dataclass(slots=True)
class Reading:
    """One reading of a scenario: the problems so far, and what its files may still hold."""

    problems: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    bytes_left: int = MOST_BYTES
    entries_left: int = MOST_ENTRIES
    digests: dict[str, str] = field(default_factory=dict)  # SHA-256 of each file read, by its name in messages
    workbooks: dict[str, Workbook] = field(default_factory=dict)  # those read, by their name in messages

    @property
    def is_full(self) -> bool:
        """Whether further problems are only counted."""
        return len(self.problems) >= MOST_PROBLEMS

    def report(self, mark: Mark, path: tuple[str | int, ...], message: str) -> None:
        """Note a problem; beyond the first ones only their number."""
        if self.is_full:
            self.unlisted += 1
        else:
            self.problems.append(Problem(mark.file, mark.line, mark.column, dotted(path), message, mark.sheet))

    def give_up_on(self, unreadable: Unreadable) -> None:
        """Note why something could not be read; the reading goes on without it."""
        self.report(unreadable.mark, unreadable.path, unreadable.message)

    def error(self, scenario: str) -> ScenarioError:
        return ScenarioError(self.problems, scenario, self.unlisted)


def read_text(path: str, shown: str, asked: Mark, reading: Reading, at: tuple[str | int, ...] = ()) -> str:
    """The text of a file, whole; the parameters are those of `read_bytes`."""
    return _decoded(read_bytes(path, shown, asked, reading, at), shown)


def read_bytes(path: str, shown: str, asked: Mark, reading: Reading, at: tuple[str | int, ...] = ()) -> bytes:
    """What a file holds, whole.

    Parameters
    ----------
    path : where it is
    shown : its name in messages
    asked : where the user named it: the place of the problem if it cannot be opened
    at : the field that names it
    """
    try:
        data = _bytes(path, reading)
        reading.digests[shown] = hashlib.sha256(data).hexdigest()
        return data
    except OSError as error:
        raise Unreadable(asked, _reason(error, path, shown), at) from None
    except _Refused as error:
        raise Unreadable(asked, f"{shown}: {error}", at) from None


class _Refused(Exception):
    """A file that is not opened, and why."""


def _bytes(path: str, reading: Reading) -> bytes:
    kind = os.stat(path).st_mode
    if not stat.S_ISREG(kind):
        found = "a directory" if stat.S_ISDIR(kind) else "a pipe, device or socket"
        raise _Refused(f"expected a regular file, found {found}")
    with open(path, "rb") as file:
        data = file.read(reading.bytes_left + 1)
    if len(data) > reading.bytes_left:
        raise _Refused(
            f"too large: the files of a scenario hold at most {MOST_BYTES // 10**6} MB together (a limit on size)"
        )
    reading.bytes_left -= len(data)
    return data


def _decoded(data: bytes, shown: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="ignore")
        utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        raise Unreadable(
            _after(before, shown),
            f"expected UTF-8 text, found the byte 0x{data[error.start]:02X}: save the file "
            f"in the encoding UTF-8{', not UTF-16' if utf16 else ''}",
        ) from None
    control = _CONTROL.search(text)
    if control:
        code = f"U+{ord(control[0]):04X}" + (" (NUL)" if control[0] == "\0" else "")
        message = f"expected text, found the control character {code}: take it out"
        raise Unreadable(_after(text[: control.start()], shown), message)
    return text


def _after(before: str, shown: str) -> Mark:
    """The place right after a text."""
    lines = re.split("\r\n|\n|\r", before)
    return Mark(shown, len(lines), len(lines[-1]) + 1)


def _reason(error: OSError, path: str, shown: str) -> str:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        near = nearest(os.path.basename(path), tuple(_neighbours(path)))
        return f"no such file: '{shown}' not found" + (f"; did you mean '{near}'?" if near else "")
    if error.errno == errno.ELOOP:
        return f"'{shown}' is a symlink that leads back to itself (a loop)"
    return f"'{shown}' cannot be read: {error.strerror or error}"


def _neighbours(path: str) -> list[str]:
    try:
        return sorted(os.listdir(os.path.dirname(path) or "."))[:1000]
    except OSError:
        return []


def within(folder: str, name: str) -> str:
    """The path of a file that a scenario names: a plain path that stays in the folder of the file that names it.

    Raises
    ------
    ValueError : with what is wrong with the name
    """
    expected = "expected a path within the folder of this file, such as data/donors.csv"
    if not name or _CONTROL.search(name) or not name.isprintable():
        raise ValueError(
            f"{expected}, found {name[:60]!r}: an empty path, or one with unprintable characters (such as NUL)"
        )
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", name):
        raise ValueError(f"{expected}, found {name[:60]!r}: a URL or drive is not allowed")
    if name.startswith(("/", "\\", "~")):
        raise ValueError(f"{expected}, found {name[:60]!r}: an absolute path is not allowed")
    if "\\" in name:
        raise ValueError(f"{expected}, found {name[:60]!r}: write / between folders")
    if name.startswith("-"):
        raise ValueError(f"{expected}, found {name[:60]!r}: a leading '-' is not allowed")
    parts = name.split("/")
    if ".." in parts:
        raise ValueError(f"{expected}, found {name[:60]!r}: '..' leads outside")
    if len(name) > _LONGEST_PATH or max(map(len, parts)) > 255:
        raise ValueError(f"{expected}, found one that is too long ({len(name)} characters)")
    path = os.path.join(folder, name)
    home = os.path.realpath(folder or ".")
    if os.path.commonpath([home, os.path.realpath(path)]) != home:
        raise ValueError(f"{expected}, found '{name[:60]}': a symlink leads outside")
    return path

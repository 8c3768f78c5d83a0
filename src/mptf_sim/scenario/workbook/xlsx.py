"""Workbooks opened with care: the values of each sheet, and what a value alone does not say.

python-calamine reads values. It does not tell that a number is shown as a percentage, that a formula failed or was
never calculated, and it keeps room for every cell up to the last one, wherever that is. So a workbook is unpacked
here, within limits; each sheet is looked over before it is read; and calamine gets nothing but what was looked over.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from io import BytesIO
from posixpath import join, normpath
from typing import Any, TypeAlias
from xml.parsers import expat

import python_calamine

MOST_PARTS = 2_000
"""Files inside the workbook file."""

MOST_UNPACKED = 80_000_000
"""Bytes they unpack to: a million cells take about 50 MB."""

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 200_000, 1_000, 4_000_000
"""Of one sheet; cells are counted empty ones included, up to the last row and column that hold something."""

Value: TypeAlias = "str | float | bool | date | time | timedelta"
Place: TypeAlias = "tuple[int, int]"
"""Row and column, both from 1."""


class BadWorkbook(Exception):
    """A workbook, or one of its sheets, that cannot be read, and why."""

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.row, self.column = message, row, column


@dataclass(slots=True)
class Sheet:
    """One sheet. The values of its rows from A1 on, '' for none; dates and times as such."""

    rows: list[list[Value]] = field(default_factory=list)
    percentages: set[Place] = field(default_factory=set)
    """Numbers that are shown as a percentage: 0.07 as 7%."""
    broken: dict[Place, str] = field(default_factory=dict)
    """Formulas without a value, and why they have none."""
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    """First and last cell of merged areas."""


class Workbook:
    """The sheets of a workbook by name."""

    def __init__(self, data: bytes) -> None:
        parts = _unpacked(data)
        try:
            self._paths, styles = _sheets_and_styles(parts)
            self._percent = _percent_styles(styles)
            self._book = python_calamine.CalamineWorkbook.from_object(_packed(parts))
        except (expat.ExpatError, python_calamine.CalamineError, LookupError, ValueError) as error:
            raise BadWorkbook(f"a damaged workbook: {_said(error)}") from None
        self._parts, self._read = parts, dict[str, Sheet]()

    @property
    def names(self) -> list[str]:
        """Its sheets (charts aside), in their order."""
        return list(self._paths)

    def sheet(self, name: str) -> Sheet:
        """One sheet, read when first asked for."""
        if name not in self._read:
            try:
                sheet = _looked_over(self._parts[self._paths[name]], self._percent)
                sheet.rows = self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            except (expat.ExpatError, python_calamine.CalamineError, LookupError, ValueError) as error:
                raise BadWorkbook(f"a damaged sheet: {_said(error)}") from None
            self._read[name] = sheet
        return self._read[name]


def _said(error: Exception) -> str:
    text = str(error) if not isinstance(error, KeyError) else f"it lacks the part {error.args[0]!r}"
    return text if len(text) <= 100 else text[:97] + "..."


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The XML files inside a workbook file, by name."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        advice = "take the password off, and save it as .xlsx"
        raise BadWorkbook(f"expected a workbook (.xlsx), found one with a password or in the old .xls format: {advice}")
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            found = [info for info in packed.infolist() if info.filename.endswith((".xml", ".rels"))]
            if len(packed.infolist()) > MOST_PARTS or sum(info.file_size for info in found) > MOST_UNPACKED:
                size = f"{MOST_UNPACKED // 10**6} MB of XML in {MOST_PARTS} parts"
                raise BadWorkbook(f"too large: a workbook unpacks to at most {size} (a limit on size)")
            if any(info.flag_bits & 1 for info in found):
                raise BadWorkbook("expected a workbook without a password: take it off")
            return {info.filename: _content(packed, info) for info in found}
    except BadWorkbook:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        known = "another kind of file" if not data.startswith(b"PK") else f"a damaged one ({_said(error)})"
        raise BadWorkbook(f"expected a workbook as spreadsheet programs save it (.xlsx), found {known}") from None
    except Exception as error:  # zlib and lzma have errors of their own
        raise BadWorkbook(f"a damaged workbook: {_said(error)}") from None


def _content(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One file inside, no larger than it is said to be: without a number all of it would be unpacked first."""
    with packed.open(info) as part:
        return part.read(info.file_size)


def _packed(parts: dict[str, bytes]) -> BytesIO:
    """The same files as a workbook again: what was not looked at is not in it."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    file.seek(0)
    return file


class _Events:
    """What expat calls: names without their namespace; a document type, by which XML attacks, is refused."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = lambda name, given: self.begin(name.rpartition(":")[2], given)
        self.parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        self.parser.StartDoctypeDeclHandler = self._refuse

    def begin(self, name: str, given: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def _refuse(self, *_: Any) -> None:
        raise BadWorkbook("expected a workbook as spreadsheet programs save it, found XML with a document type")


class _Elements(_Events):
    """Every element with its attributes and the name of the one around it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str]]] = []
        self._around = [""]
        self.parser.Parse(data, True)

    def begin(self, name: str, given: dict[str, str]) -> None:
        self.found.append((self._around[-1], name, {key.rpartition(":")[2]: value for key, value in given.items()}))
        self._around.append(name)

    def end(self, name: str) -> None:
        self._around.pop()


def _relations(parts: dict[str, bytes], folder: str, file: str) -> dict[str, tuple[str, str]]:
    """What a file inside refers to: kind and path by id."""
    name = join(folder, "_rels", f"{file}.rels")
    found = [given for _, element, given in _Elements(parts[name]).found if element == "Relationship"]
    return {
        given["Id"]: (given["Type"].rpartition("/")[2], normpath(join("/", folder, given["Target"])).lstrip("/"))
        for given in found
        if given.get("TargetMode") != "External"
    }


def _sheets_and_styles(parts: dict[str, bytes]) -> tuple[dict[str, str], bytes]:
    """Where each sheet stands by its name, and the styles of cells."""
    if not any(name.endswith("_rels/.rels") for name in parts):
        raise BadWorkbook("expected a workbook (.xlsx), found a zip file that holds none")
    books = [path for kind, path in _relations(parts, "", "").values() if kind == "officeDocument"]
    if not books or books[0] not in parts:
        raise BadWorkbook("expected a workbook (.xlsx), found another kind of document")
    folder, _, file = books[0].rpartition("/")
    related = _relations(parts, folder, file)
    sheets = {}
    for around, element, given in _Elements(parts[books[0]]).found:
        kind, path = related.get(given.get("id", ""), ("", ""))
        if (around, element) == ("sheets", "sheet") and kind == "worksheet":
            sheets[given["name"]] = path
    styles = [path for kind, path in related.values() if kind == "styles"]
    return sheets, parts[styles[0]] if styles else b"<styleSheet/>"


_SAID = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""Parts of a number format that are text."""


def _percent_styles(styles: bytes) -> set[str]:
    """The numbers of the cell styles that show a number as a percentage."""
    found = _Elements(styles).found
    formats = {"9", "10"}
    for around, element, given in found:
        if (around, element) == ("numFmts", "numFmt") and "%" in _SAID.sub("", given.get("formatCode", "")):
            formats.add(given.get("numFmtId", ""))
    cells = [given for around, element, given in found if (around, element) == ("cellXfs", "xf")]
    return {str(number) for number, given in enumerate(cells) if given.get("numFmtId") in formats}


def _looked_over(data: bytes, percent: set[str]) -> Sheet:
    """A sheet without its values: where its last cell is, what is merged, broken or a percentage."""
    look = _Look(percent)
    look.parser.Parse(data, True)
    return look.sheet


_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


def _place(text: str) -> Place:
    """Row and column of a cell such as C7."""
    match = _CELL.fullmatch(text)
    if match is None:
        raise BadWorkbook(f"a damaged sheet: expected a cell such as C7, found {text[:20]!r}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


class _Look(_Events):
    """Looks at each cell of a sheet once."""

    def __init__(self, percent: set[str]) -> None:
        super().__init__()
        self.sheet, self._percent = Sheet(), percent
        self._row = self._column = self._last_row = self._last_column = 0
        self._type = self._style = ""
        self._parts: set[str] = set()  # of the cell: f for formula, v for value, is for text
        self._value: list[str] = []
        self.parser.CharacterDataHandler = None

    def begin(self, name: str, given: dict[str, str]) -> None:
        if name == "c":
            self._column += 1
            if "r" in given:
                self._row, self._column = _place(given["r"])
            self._type, self._style = given.get("t", "n"), given.get("s", "0")
            self._parts, self._value = set(), []
        elif name == "row":
            self._row, self._column = self._row + 1, 0
            if "r" in given:
                self._row = _place(f"A{given['r']}")[0]
        elif name in ("v", "f", "is"):
            self._parts.add(name)
            if name == "v":
                self.parser.CharacterDataHandler = self._value.append
        elif name == "mergeCell":
            first, _, last = given.get("ref", "").partition(":")
            self.sheet.merged.append((_place(first), _place(last or first)))

    def end(self, name: str) -> None:
        if name == "v":
            self.parser.CharacterDataHandler = None
        elif name == "c" and self._parts:
            self._look_at("".join(self._value))

    def _look_at(self, value: str) -> None:
        """One cell that holds something."""
        place = (self._row, self._column)
        self._last_row, self._last_column = max(self._last_row, self._row), max(self._last_column, self._column)
        if self._last_row > MOST_ROWS or self._last_column > MOST_COLUMNS:
            most = f"{MOST_ROWS} rows and {MOST_COLUMNS} columns"
            raise BadWorkbook(f"too large: expected at most {most}, found a value beyond (a limit on size)", *place)
        if self._last_row * self._last_column > MOST_CELLS:
            most = f"{MOST_CELLS} cells, counted up to the last row and column that hold something"
            raise BadWorkbook(f"too large: expected at most {most} (a limit on size)", *place)
        if self._type == "e":
            self.sheet.broken[place] = (
                f"found {value[:20] or 'an error'}: the formula in this cell cannot be calculated"
            )
        elif "f" in self._parts and not value and self._type != "str":
            advice = "open the workbook in a spreadsheet program and save it"
            self.sheet.broken[place] = f"found a formula that was never calculated: {advice}"
        elif self._type == "n" and self._style in self._percent:
            self.sheet.percentages.add(place)

"""A workbook that is none, or means harm, is refused in words, within time and memory."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from mptf_sim.errors import ScenarioError
from mptf_sim.scenario.read import read_scenario
from tests.scenario.books import book, part_of, told, with_part
from tests.scenario.small_fund import saved
from tests.scenario.test_hostile_inputs import MEASURE

SHEET = "xl/worksheets/sheet7.xml"  # needs
HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "found another kind of file"),
        (b"name: a scenario\n", "found another kind of file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "found one with a password or in the old .xls format: take the password off, and save it as .xlsx"),
        (b"PK\x03\x04" + b"\0" * 100, "found a damaged one"),
        (packed({"a.txt": b"hello"}), "found a zip file that holds none"),
        (packed({"_rels/.rels": b"<Relationships/>"}), "found another kind of document"),
        (packed({"_rels/.rels": b"<Relationships>"}), "a damaged workbook: "),
        (packed({f"{n}.xml": b"" for n in range(2100)}), "too large"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_told(tmp_path, content, words):
    (problem,) = told(saved(tmp_path, content, "fund.xlsx"))

    assert words in problem


@pytest.mark.parametrize("name", ["fund.xls", "fund.XLSM", "fund.ods"])
def test_another_kind_of_workbook_is_told_how_to_be_saved(tmp_path, name):
    path = saved(tmp_path, b"PK", name)

    (problem,) = told(path)

    assert problem.startswith("expected YAML or a workbook (.xlsx), found ")
    assert problem.endswith("save it as .xlsx")


def test_a_directory_a_missing_file_and_an_empty_workbook_are_told(tmp_path):
    (tmp_path / "folder.xlsx").mkdir()
    assert "expected a regular file, found a directory" in told(tmp_path / "folder.xlsx")[0]
    assert "no such file" in told(tmp_path / "none.xlsx")[0]
    assert told(book(tmp_path, sheets={"Sheet1": []})) == [
        "the sheet 'scenario' is missing: it holds the fields that stand alone, such as name and calendar.start",
        "Sheet1!A1  unknown sheet 'Sheet1'; a sheet of your own has a name that begins with #",
    ]
    assert told(book(tmp_path, sheets={"scenario": []})) == [
        "scenario!A1  expected the columns 'field' and 'value', with a field such as calendar.start in each row"
    ]


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (HEAD + '<row r="1048576"><c r="XFD1048576" t="str"><v></v></c></row>' + TAIL, "needs!XFD1048576  needs  too large: expected at most 200000 rows and 1000 columns"),
        (HEAD + '<row r="5"><c r="ALM5"><v>1</v></c></row>' + TAIL, "too large: expected at most 200000 rows and 1000 columns"),
        (HEAD + '<row r="200000"><c r="A200000"><v>1</v></c><c r="ALL200000"><v>1</v></c></row>' + TAIL, "too large: expected at most 4000000 cells"),
        (HEAD + '<row r="99999999999"><c r="ZZZZZZZ1"><v>1</v></c></row>' + TAIL, "a damaged sheet: expected a cell such as C7"),
        (HEAD + '<row r="1"><c r="A1" t="s"><v>99999</v></c></row>' + TAIL, "a damaged sheet: "),
        (HEAD + '<row r="1"><c r="A1"><v>1</v>', "a damaged sheet: "),
        ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>' + HEAD.partition("?>")[2] + '<row r="1"><c r="A1"><v>&b;</v></c></row>' + TAIL, "found XML with a document type"),
        (HEAD + TAIL.replace("</worksheet>", '<mergeCells><mergeCell ref="ZZZZ"/></mergeCells></worksheet>'), "a damaged sheet: expected a cell such as C7"),
        ("\x00\x01", "a damaged sheet: "),
    ],
)  # fmt: skip
def test_a_sheet_that_is_damaged_or_too_large_is_told(tmp_path, xml, words):
    path = with_part(book(tmp_path), SHEET, xml)

    assert any(words in problem for problem in told(path))
    assert all(problem.startswith("needs!") for problem in told(path))


def test_numbers_that_are_none_are_refused_by_their_field(tmp_path):
    path = book(tmp_path)
    xml = part_of(path, SHEET)
    assert xml.count("<v>1000000</v>") == 1
    for text in ("1e999", "NaN", "-1e999"):
        path = with_part(path, SHEET, xml.replace("<v>1000000</v>", f"<v>{text}</v>"))

        (problem,) = told(path)

        assert problem.startswith("needs!D2  needs[0].amount  expected an amount of ")


def bomb(size: int) -> bytes:
    """A workbook of some kilobytes that unpacks to as many megabytes, as its directory says."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made, made.open("xl/a.xml", "w", force_zip64=True) as part:
        for _ in range(size):
            part.write(b" " * 10**6)
    return file.getvalue()


def liar(path: Path) -> bytes:
    """The same, but the directory says that it is small."""
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as made:
        info = made.getinfo("xl/sharedStrings.xml")
        small = made.read(info)[:10]
    directory = data.rindex(b"xl/sharedStrings.xml") - 46
    assert data[directory : directory + 4] == b"PK\x01\x02"
    data[directory + 16 : directory + 20] = zlib.crc32(small).to_bytes(4, "little")
    data[directory + 24 : directory + 28] = len(small).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@pytest.mark.parametrize("attack", ["bomb", "liar", "many cells"])
def test_an_attack_by_size_is_refused_within_time_and_memory(tmp_path, attack):
    path = book(tmp_path)
    if attack == "bomb":
        path.write_bytes(bomb(200))
    elif attack == "liar":
        with_part(path, "xl/sharedStrings.xml", b"<sst>" + b" " * 300_000_000)
        path.write_bytes(liar(path))
    else:
        cells = "".join(f'<c r="{letter}9"><v>1</v></c>' for letter in "ABCDEFGH")
        rows = "".join(f'<row r="{row}">{cells.replace("9", str(row))}</row>' for row in range(1, 60_000))
        with_part(path, SHEET, HEAD + rows + TAIL)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}

    done = subprocess.run(
        [sys.executable, "-c", MEASURE, path.name], cwd=tmp_path, env=environment, capture_output=True, timeout=60
    )

    assert not done.stderr
    told, seconds, mebibytes = json.loads(done.stdout)
    assert "fund.xlsx" in told
    assert seconds < 5
    assert mebibytes < 512
    assert len(told) < 50_000


def test_whatever_happens_to_the_bytes_of_a_workbook_it_is_read_or_refused(tmp_path):
    path = book(tmp_path)
    with zipfile.ZipFile(path) as made:
        parts = {info.filename: made.read(info) for info in made.infolist()}
    whole, chance = path.read_bytes(), random.Random(7)
    for turn in range(300):
        if turn % 3 == 0:
            data = bytearray(whole)
            for _ in range(chance.randint(1, 20)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        else:
            name = chance.choice([*parts])
            content = bytearray(parts[name])
            for _ in range(chance.randint(1, 5)):
                start = chance.randrange(len(content))
                content[start : start + chance.randint(0, 3)] = chance.choice(
                    [b"", b"<", b">", b'"', b"9", b"\xff", b"A", b"s"]
                )
            data = bytearray(packed({**parts, name: bytes(content)}))
        path.write_bytes(data)
        with contextlib.suppress(ScenarioError):
            read_scenario(path)

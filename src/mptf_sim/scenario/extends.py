"""A scenario that extends another: the file, its parents and its tables become one tree.

- Mappings merge field by field; a child that names another `kind` replaces the whole mapping.
- A list whose items have ids merges by id: the child's fields override those of the parent's item, new items are
  appended. Any other list replaces the parent's.
- A list part can be written as a mapping instead: `table: data/donors.csv` (or `data.xlsx#donors`, a sheet of a
  workbook) is the whole list, in place of the parent's; `remove: [DEU]` takes items out of it (or of the parent's list); `rows: [...]` then merges by id, or
  appends where items have no ids.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mptf_sim.errors import MOST_PROBLEMS, nearest
from mptf_sim.scenario.files import MOST_FILES, Reading, Unreadable, read_bytes, read_text, within
from mptf_sim.scenario.rows import Path
from mptf_sim.scenario.shapes import Kinds, Lookup, Rows, Shape, Terms
from mptf_sim.scenario.tables import read_table
from mptf_sim.scenario.written import Entry, Listing, Mapping, Mark, Node, Text, id_of, in_pieces, kind_of, named, shown
from mptf_sim.scenario.yaml_text import read_yaml

if TYPE_CHECKING:
    from mptf_sim.scenario.workbook.xlsx import Workbook

WAYS = ("table", "rows", "remove")
"""How a list part may be written as a mapping."""

_OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers")


def read_flattened(file: str, whole: Terms, reading: Reading) -> Mapping | None:
    """The tree of a scenario file with its parents and tables; None if the file itself cannot be read.

    What cannot be read is reported, and whatever rests on it is marked as not whole.
    """
    chain, complete = _chain(file, whole, reading)
    tree: Mapping | None = None
    for name, child in reversed(chain):  # the oldest first
        if not complete:
            in_pieces(child)
        lists = _lists(child, tree, os.path.dirname(name), whole, reading)
        _read_inner_tables(child, whole, os.path.dirname(name), (), reading)
        tree = _merge_fields(tree, child, whole.fields) if tree is not None else child
        for part, listing in lists.items():
            tree.entries[part] = Entry(child.entries[part].key, listing)
    return tree


def _chain(file: str, whole: Terms, reading: Reading) -> tuple[list[tuple[str, Mapping]], bool]:
    """The file, its parent, and so on, as far as they can be read; and whether that is to the end."""
    chain: list[tuple[str, Mapping]] = []
    seen: list[str] = []
    asked, at = Mark(file, 0, 0), Path()
    try:
        while True:
            if (real := os.path.realpath(file)) in seen:
                raise Unreadable(asked, "files that extend one another in a circle (a cycle)", at)
            if len(chain) == MOST_FILES:
                raise Unreadable(asked, f"a chain of more than {MOST_FILES} files that extend one another", at)
            seen.append(real)
            tree = _tree(file, asked, at, whole, reading)
            chain.append((file, tree))
            parent = tree.entries.pop("extends", None)
            if parent is None or (isinstance(parent.value, Text) and parent.value.value is None):
                return chain, True
            asked, at = parent.value.mark, ("extends",)
            file = _named_file(parent.value, os.path.dirname(file), at)
    except Unreadable as unreadable:
        reading.give_up_on(unreadable)
        return chain, False


def _tree(file: str, asked: Mark, at: Path, whole: Terms, reading: Reading) -> Mapping:
    """What one file says: YAML, or a workbook."""
    if _is_workbook(file):
        from mptf_sim.scenario.workbook.reading import read_workbook

        return read_workbook(_workbook(file, asked, at, reading), file, whole, reading)
    if file.lower().endswith(_OTHER_WORKBOOKS):
        raise Unreadable(asked, f"expected YAML or a workbook (.xlsx), found '{shown(file)}': save it as .xlsx", at)
    tree = read_yaml(read_text(file, file, asked, reading, at), file, reading)
    if not isinstance(tree, Mapping):
        raise Unreadable(tree.mark, f"expected fields such as `name:`, found {named(tree)}")
    return tree


def _is_workbook(file: str) -> bool:
    return file.lower().endswith(".xlsx")


def _workbook(file: str, asked: Mark, at: Path, reading: Reading) -> Workbook:
    """A workbook, opened once even if several tables are sheets of it."""
    from mptf_sim.scenario.workbook.reading import open_workbook

    if file not in reading.workbooks:
        reading.workbooks[file] = open_workbook(read_bytes(file, file, asked, reading, at), file, at)
    return reading.workbooks[file]


def _named_file(node: Node, folder: str, at: Path) -> str:
    """The path of the one file that a field names."""
    if not isinstance(node, Text) or node.value is None:
        raise Unreadable(node.mark, f"expected the path of one file, found {named(node)}", at)
    try:
        return within(folder, node.value)
    except ValueError as error:
        raise Unreadable(node.mark, str(error), at) from None


def _lists(child: Mapping, parent: Mapping | None, folder: str, whole: Terms, reading: Reading) -> dict[str, Listing]:
    """The list parts that the child writes as a mapping, as the lists they mean."""
    lists = {}
    for part, shape in whole.fields.items():
        ways = child.child(part)
        if not isinstance(shape, Rows) or not isinstance(ways, Mapping):
            continue
        known = _only_ways(ways, (part,), reading)
        listing = _list_part(ways, parent.child(part) if parent else None, shape, (part,), folder, reading)
        lists[part] = listing.like(listing.items, listing.whole and known)
    return lists


def _read_inner_tables(part: Mapping, terms: Terms, folder: str, path: Path, reading: Reading) -> None:
    """Put the rows of a CSV file in the place of its name, where a part within a part has a `table`."""
    for name, (key, node) in part.entries.items():
        shape, at = terms.fields.get(name), (*path, name)
        if isinstance(shape, Terms) and isinstance(node, Mapping):
            _read_inner_tables(node, shape, folder, at, reading)
        elif name == "table" and isinstance(shape, Rows) and isinstance(node, Text):
            try:
                listing = _rows_of_table(node, folder, shape, at, at, reading)
            except Unreadable as unreadable:
                reading.give_up_on(Unreadable(unreadable.mark, unreadable.message, unreadable.path or at))
                listing = Listing(node.origin, node.line, node.column)
                listing.whole = False
            part.entries[name] = Entry(key, listing)


def _only_ways(ways: Mapping, path: Path, reading: Reading) -> bool:
    """Whether a mapping in place of a list says nothing but `table`, `rows` and `remove`."""
    if not any(name in ways.entries or nearest(name, tuple(ways.entries)[:10]) for name in WAYS):
        advice = "write '- ' before each item, or a mapping with table, rows or remove"
        reading.report(ways.mark, path, f"expected a list, found a mapping: {advice}")
        return False
    unknown = [entry.key for name, entry in ways.entries.items() if name not in WAYS]
    for key in unknown[:MOST_PROBLEMS]:
        near = nearest(key.value or "", WAYS)
        hint = f"; did you mean '{near}'?" if near else f": expected {', '.join(WAYS)}"
        reading.report(key.mark, (*path, key.value or ""), f"unknown '{shown(key.value or '')}'{hint}")
    return not unknown


def _list_part(ways: Mapping, before: Node | None, shape: Rows, path: Path, folder: str, reading: Reading) -> Listing:
    """The list that `table`, `rows` and `remove` mean together."""
    empty = Listing(ways.origin, ways.line, ways.column)
    empty.whole = ways.whole
    listing = before if isinstance(before, Listing) else empty
    if (table := ways.child("table")) is not None:
        try:
            listing = _table(table, folder, shape, path, reading)
        except Unreadable as unreadable:
            reading.give_up_on(Unreadable(unreadable.mark, unreadable.message, unreadable.path or path))
            listing = empty.like([], whole=False)
    if (remove := ways.child("remove")) is not None:
        listing = _without(listing, remove, shape, path, reading)
    if (rows := ways.child("rows")) is not None:
        if not isinstance(rows, Listing):
            reading.report(rows.mark, (*path, "rows"), f"expected a list, found {named(rows)}")
            return listing.like(listing.items, whole=False)
        if shape.have_ids:
            return _merge_rows(listing, rows, shape)
        return listing.like([*listing.items, *rows.items], listing.whole and rows.whole)
    return listing


def _table(node: Node, folder: str, shape: Rows, path: Path, reading: Reading) -> Listing:
    return _rows_of_table(node, folder, shape, path, (*path, "table"), reading)


def _rows_of_table(node: Node, folder: str, shape: Rows, path: Path, at: Path, reading: Reading) -> Listing:
    """The rows of a CSV file, or of a sheet of a workbook (book.xlsx#donors), that the field `at` names."""
    written = node.value if isinstance(node, Text) else None
    name, _, sheet = (written or "").partition("#")
    if _is_workbook(name):
        file = _named_file(Text(name, node.origin, node.line, node.column), folder, at)
        return _sheet(file, sheet or str(path[-1]), node, shape, path, reading)
    file = _named_file(node, folder, at)
    if not file.lower().endswith(".csv"):
        expected = "expected a .csv file, or a sheet of a workbook such as data.xlsx#donors"
        raise Unreadable(node.mark, f"{expected}, found '{shown(os.path.basename(file))}'", at)
    return read_table(read_text(file, file, node.mark, reading, at), file, shape, path, reading)


def _sheet(file: str, sheet: str, node: Node, shape: Rows, path: Path, reading: Reading) -> Listing:
    """The rows of a sheet of a workbook; the one that is named like the list if none is named."""
    from mptf_sim.scenario.workbook.reading import read_sheet

    book = _workbook(file, node.mark, (*path, "table"), reading)
    if sheet not in book.names:
        near = nearest(sheet, tuple(book.names))
        hint = f"did you mean '{near}'?" if near else f"write {os.path.basename(file)}#SHEET"
        raise Unreadable(node.mark, f"'{file}' has no sheet '{shown(sheet)}'; {hint}", (*path, "table"))
    return read_sheet(book, sheet, file, shape, path, reading)


def _without(listing: Listing, remove: Node, shape: Rows, path: Path, reading: Reading) -> Listing:
    """The list without the items that `remove` names."""
    at = (*path, "remove")
    if not shape.have_ids:
        reading.report(
            remove.mark,
            at,
            f"{path[0]} have no ids by which to remove them: write the whole list, or `rows` to add some",
        )
        return listing
    if not isinstance(remove, Listing):
        reading.report(remove.mark, at, f"expected a list of ids such as [DEU], found {named(remove)}")
        return listing
    ids = [id_of(item) for item in listing.items]
    gone = set()
    for number, name in enumerate(remove.items):
        written = name.value if isinstance(name, Text) else None
        if written in ids and written not in gone:
            gone.add(written)
        elif listing.whole:
            near = nearest(written or "", tuple(known for known in ids if known))
            hint = f"; did you mean '{near}'?" if near and near != written else ""
            reading.report(
                name.mark,
                (*at, number),
                f"unknown '{written or named(name)}': it is not among {path[0]} to remove{hint}",
            )
    return listing.like([item for item in listing.items if id_of(item) not in gone], listing.whole)


def _merge(parent: Node | None, child: Node, shape: Shape) -> Node:
    """The child over its parent."""
    if isinstance(shape, Kinds) and isinstance(parent, Mapping) and isinstance(child, Mapping):
        kinds = [kind_of(node, shape.tag) for node in (parent, child)]
        if kinds[1] is not None and kinds[0] != kinds[1]:
            return child
        return _merge_fields(parent, child, shape.by_kind[kinds[0]].fields if kinds[0] in shape.by_kind else {})
    if isinstance(parent, Mapping) and isinstance(child, Mapping):
        if isinstance(shape, Terms):
            return _merge_fields(parent, child, shape.fields)
        if isinstance(shape, Lookup):
            return _merge_fields(parent, child, dict.fromkeys(child.entries, shape.value))
    if isinstance(shape, Rows) and shape.have_ids and isinstance(parent, Listing) and isinstance(child, Listing):
        return _merge_rows(parent, child, shape)
    return child


def _merge_fields(parent: Mapping, child: Mapping, shapes: dict[str, Shape]) -> Mapping:
    entries = dict(parent.entries)
    for name, entry in child.entries.items():
        before = parent.child(name)
        merged = _merge(before, entry.value, shapes[name]) if name in shapes else entry.value
        entries[name] = Entry(entry.key, merged)
    return child.like(entries, parent.whole and child.whole)


def _merge_rows(parent: Listing, child: Listing, shape: Rows) -> Listing:
    """By id, in the parent's order, then what is new. An id that the child itself repeats is left for the checks."""
    items = list(parent.items)
    place = {id_of(item): number for number, item in reversed(list(enumerate(items)))}
    for item in child.items:
        known = place.pop(id_of(item), None) if id_of(item) is not None else None
        if known is not None:
            items[known] = _merge(items[known], item, shape.row)
        else:
            if not parent.whole:
                in_pieces(item)
            items.append(item)
    return child.like(items, parent.whole and child.whole)

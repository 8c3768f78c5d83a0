"""What the user wrote, and where: mappings, lists and texts, each with its place in a file.

Scalars are kept as the text written; what it means is for the field that holds it to say.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol


class Mark(NamedTuple):
    """A place in a file, or in a sheet of it; line and column count from 1, and are 0 for the file as a whole."""

    file: str
    line: int
    column: int
    sheet: str = ""


class Origin(Protocol):
    """A file that was read. A table looks its columns up only when a problem has to be placed."""

    @property
    def file(self) -> str: ...

    def mark(self, line: int, column: int) -> Mark: ...


class YamlFile(NamedTuple):
    """A YAML file by its name as the user would write it; its nodes hold their places themselves."""

    file: str

    def mark(self, line: int, column: int) -> Mark:
        return Mark(self.file, line, column)


class Node:
    """A piece of what was written; its origin knows what `line` and `column` stand for."""

    __slots__ = ("column", "line", "origin")

    def __init__(self, origin: Origin, line: int, column: int) -> None:
        self.origin, self.line, self.column = origin, line, column

    @property
    def mark(self) -> Mark:
        return self.origin.mark(self.line, self.column)


class Text(Node):
    """A scalar as written; None for nothing, null or ~ without quotes."""

    __slots__ = ("value",)

    def __init__(self, value: str | None, origin: Origin, line: int, column: int) -> None:
        self.value, self.origin, self.line, self.column = value, origin, line, column


class Entry(NamedTuple):
    """A field of a mapping."""

    key: Text
    value: Node


class Mapping(Node):
    """Fields by name. Not `whole` if some of them could not be read (the reason is told already)."""

    __slots__ = ("entries", "whole")

    def __init__(self, origin: Origin, line: int, column: int) -> None:
        self.entries: dict[str, Entry] = {}
        self.whole = True
        self.origin, self.line, self.column = origin, line, column

    def child(self, name: str) -> Node | None:
        """What stands under a name, if anything."""
        entry = self.entries.get(name)
        return entry.value if entry else None

    def like(self, entries: dict[str, Entry], whole: bool) -> Mapping:
        """Other fields in the same place."""
        other = Mapping(self.origin, self.line, self.column)
        other.entries, other.whole = entries, whole
        return other


class Listing(Node):
    """Items in order. Not `whole` if some of them could not be read (the reason is told already)."""

    __slots__ = ("items", "whole")

    def __init__(self, origin: Origin, line: int, column: int) -> None:
        self.items: list[Node] = []
        self.whole = True
        self.origin, self.line, self.column = origin, line, column

    def like(self, items: list[Node], whole: bool) -> Listing:
        """Other items in the same place."""
        other = Listing(self.origin, self.line, self.column)
        other.items, other.whole = items, whole
        return other


def id_of(row: Node) -> str | None:
    """The id of a row as written."""
    return kind_of(row, "id") if isinstance(row, Mapping) else None


def kind_of(node: Mapping, tag: str) -> str | None:
    """What a mapping says it is, in the field that says so."""
    written = node.child(tag)
    return written.value if isinstance(written, Text) else None


def plain(node: Node) -> Any:
    """The tree without its places: dicts, lists and texts."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Mapping):
        return {name: plain(entry.value) for name, entry in node.entries.items()}
    assert isinstance(node, Listing)
    return [plain(item) for item in node.items]


def in_pieces(node: Node) -> None:
    """Mark a whole tree as incomplete: what is missing from it may stand in a file that could not be read."""
    if isinstance(node, Mapping):
        node.whole = False
        for entry in node.entries.values():
            in_pieces(entry.value)
    elif isinstance(node, Listing):
        node.whole = False
        for item in node.items:
            in_pieces(item)


def is_complete(node: Node) -> bool:
    """Whether everything that was written there could be read."""
    if isinstance(node, Mapping):
        return node.whole and all(is_complete(entry.value) for entry in node.entries.values())
    return not isinstance(node, Listing) or (node.whole and all(is_complete(item) for item in node.items))


def named(node: Node) -> str:
    """What a node is, in the user's words."""
    if isinstance(node, Text):
        return "nothing" if node.value is None else "text"
    return "a mapping" if isinstance(node, Mapping) else "a list"


def shown(text: str) -> str:
    """A word of the user's as a message may repeat it: short, and without anything that cannot be seen."""
    visible = text if text.isprintable() else text.encode("unicode_escape").decode()
    return visible if len(visible) <= 60 else visible[:57] + "..."


def dotted(path: tuple[str | int, ...]) -> str:
    """A field as messages name it: ("donors", 1, "pledge") becomes donors[1].pledge."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in path).lstrip(".")

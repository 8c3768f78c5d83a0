"""YAML text to what the user wrote: every scalar kept as text, every key, item and value with its place.

A scenario uses the plain part of YAML. Aliases, anchors, merge keys and tags are refused, and so are duplicate
keys and a second document: each of them hides what a file says.
"""

from __future__ import annotations

from typing import Any

import yaml

from mptf_sim.scenario.files import MOST_ENTRIES, Reading, Unreadable
from mptf_sim.scenario.written import Entry, Listing, Mapping, Mark, Node, Origin, Text, YamlFile, named, shown

DEEPEST = 40
"""Mappings and lists inside one another."""

MOST_FIELDS = 1_000
"""Keys of one mapping; no part of a scenario has more than fifty, and a century has a hundred years."""

MOST_ITEMS = 50_000
"""Items of one list, as many as the longest part of a scenario may have."""

_NOTHING = {"", "~", "null", "Null", "NULL"}
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]


def read_yaml(text: str, file: str, reading: Reading) -> Node:
    """The content of a YAML file.

    Raises
    ------
    Unreadable : if its syntax is broken or it is empty; what can be read around is reported and left out
    """
    root = _Composer(text, YamlFile(file), reading).document()
    if root is None:
        raise Unreadable(Mark(file, 1, 1), "the file is empty: expected fields such as `name:` and `calendar:`")
    return root


def read_flow(text: str, cell: Text, path: Path, reading: Reading) -> Node:
    """The list or mapping that stands in one cell of a table, such as [KEN, UGA]."""
    root = _Composer(text, cell.origin, reading, cell, path).document()
    if root is None or isinstance(root, Text):
        raise Unreadable(cell.mark, f"expected a list or mapping, found {named(root) if root else 'nothing'}", path)
    return root


class _Open:
    """A mapping or list whose end is still to come; a mapping has perhaps a key that waits for its value."""

    __slots__ = ("container", "fields", "items", "keeps", "key", "waits")

    def __init__(self, container: Mapping | Listing) -> None:
        self.container = container
        self.fields = container.entries if isinstance(container, Mapping) else None
        self.items = container.items if isinstance(container, Listing) else []
        self.key = Text(None, container.origin, container.line, container.column)  # the last one
        self.waits = False
        self.keeps = True  # the value of that key; false for the second of two duplicates

    def put(self, node: Node) -> None:
        """The value of the key that waits, or the next item."""
        if self.fields is None:
            self.items.append(node)
        elif not self.waits:
            raise Unreadable(node.mark, f"expected a field name, found {named(node)}: put text with [ or {{ in quotes")
        else:
            if self.keeps and self.key.value is not None:
                self.fields[self.key.value] = Entry(self.key, node)
            self.waits = False


class _Composer:
    """Builds the tree event by event: nothing recursive, so that no depth of nesting can hurt."""

    def __init__(self, text: str, origin: Origin, reading: Reading, cell: Text | None = None, path: Path = ()) -> None:
        self.text, self.origin, self.reading, self.cell, self.path = text, origin, reading, cell, path
        self.around: list[_Open] = []  # from the outermost
        self.root: Node | None = None

    def document(self) -> Node | None:
        """The one document of the text; None if there is none."""
        loader = _Loader(self.text)
        try:
            self._compose(loader)
        except yaml.MarkedYAMLError as error:
            mark, message = _in_our_words(error, self.text, self.cell is not None)
            raise Unreadable(self._mark(mark), message, self.path) from None
        except yaml.YAMLError as error:
            raise Unreadable(self._mark(None), f"expected YAML text: {error}", self.path) from None
        finally:
            loader.dispose()
        return self.root

    def _compose(self, loader: Any) -> None:
        """The loop over events; what is common stands here, since a large file has half a million of them."""
        next_event, left, inner, documents = loader.get_event, self.reading.entries_left, None, 0
        while True:
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                node = self._scalar(event)
                if inner is None:
                    self.root = node
                elif inner.fields is None:
                    inner.items.append(node)
                elif inner.waits:
                    inner.put(node)
                else:
                    self._key(event, node, inner)
                left -= 1
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                inner = self._begin(event, Mapping if kind is yaml.MappingStartEvent else Listing)
                left -= 1
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end(self.around[-1])
                self.around.pop()
                inner = self.around[-1] if self.around else None
            elif kind is yaml.AliasEvent:
                self._alias(event, inner)
                left -= 1
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    message = "a second document begins here: a file holds one, without '---' inside"
                    raise Unreadable(self._mark(event.start_mark), message)
            elif kind is yaml.StreamEndEvent:
                break
            if left < 0:
                most = f"a scenario holds at most {MOST_ENTRIES} keys and values in YAML (a limit on size)"
                message = f"too large: {most}; put long lists into tables"
                raise Unreadable(self._mark(event.start_mark), message)
        self.reading.entries_left = left

    def _scalar(self, event: Any) -> Text:
        if event.tag is not None or event.anchor is not None:
            self._refuse_properties(event)
        value: str | None = event.value
        if value in _NOTHING and not event.style:
            value = None
        if self.cell is not None:
            return Text(value, self.origin, self.cell.line, self.cell.column)
        mark = event.start_mark
        return Text(value, self.origin, mark.line + 1, mark.column + 1)

    def _begin(self, event: Any, kind: type[Mapping | Listing]) -> _Open:
        """A mapping or list opens."""
        if event.tag is not None or event.anchor is not None:
            self._refuse_properties(event)
        if len(self.around) >= DEEPEST:
            raise Unreadable(self._mark(event.start_mark), f"nested more than {DEEPEST} deep", self._at()[:8])
        line, column = (event.start_mark.line + 1, event.start_mark.column + 1)
        if self.cell is not None:
            line, column = self.cell.line, self.cell.column
        node = kind(self.origin, line, column)
        if self.around:
            self.around[-1].put(node)
        else:
            self.root = node
        self.around.append(_Open(node))
        return self.around[-1]

    def _end(self, inner: _Open) -> None:
        """A mapping or list closes."""
        if len(inner.fields or ()) > MOST_FIELDS or len(inner.items) > MOST_ITEMS:
            most = f"{MOST_FIELDS} keys" if inner.fields else f"{MOST_ITEMS} items"
            message = f"too large: expected at most {most} (a limit on size)"
            raise Unreadable(inner.container.mark, message, self._at()[: None if inner.fields else -1])

    def _key(self, event: Any, key: Text, inner: _Open) -> None:
        """A field name: what follows is its value."""
        assert inner.fields is not None
        inner.key, inner.waits, inner.keeps = key, True, False
        if key.value is None:
            self._refuse(event, "expected a field name before ':', found nothing: write one, or take the line out")
        elif key.value == "<<" and not event.style:
            self._refuse(event, "merge keys (<<) are not read: write the fields out, or use `extends`")
            inner.container.whole = False
        elif key.value in inner.fields:
            where = "" if self.cell else f": it already stands in line {inner.fields[key.value].key.line}"
            self._refuse(event, f"duplicate '{shown(key.value)}'{where}")
        else:
            inner.keeps = True

    def _alias(self, event: Any, inner: _Open | None) -> None:
        """Go on without a value that cannot be known."""
        self._refuse(event, f"aliases such as *{shown(event.anchor)} are not read: write out what it stands for")
        if inner is None or (inner.fields is not None and not inner.waits):
            raise Unreadable(self._mark(event.start_mark), "expected a field name, found an alias", self._at())
        inner.container.whole = False
        inner.waits = False

    def _refuse_properties(self, event: Any) -> None:
        if event.tag is not None:
            short = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, f"tags such as {shown(short)} are not read: take it out")
        if event.anchor is not None:
            self._refuse(event, f"anchors such as &{shown(event.anchor)} are not read: take it out")

    def _refuse(self, event: Any, message: str) -> None:
        self.reading.report(self._mark(event.start_mark), self._at(), message)

    def _at(self) -> Path:
        """The field that is being read."""
        path: list[str | int] = list(self.path)
        for depth, outer in enumerate(self.around, 1):
            if outer.fields is None:
                path.append(len(outer.items) - (depth < len(self.around)))
            elif outer.waits or depth < len(self.around):
                path.append((outer.key.value or "")[:60])
        return tuple(path)

    def _mark(self, mark: Any) -> Mark:
        """The place of an event or problem: in the file, or the cell it stands in."""
        if self.cell is not None:
            return self.cell.mark
        return Mark(self.origin.file, mark.line + 1, mark.column + 1) if mark else Mark(self.origin.file, 0, 0)


_AT_THE_START = (
    "could not find expected ':'",
    "found unexpected end of stream",
    "did not find expected node content",
)
"""Problems that are noticed long after the place that needs mending."""


def _in_our_words(error: yaml.MarkedYAMLError, text: str, in_a_cell: bool) -> tuple[Any, str]:
    """Where to look, and what the parser missed."""
    problem, opened = error.problem or "expected YAML text", error.context_mark
    mark = opened if opened and problem in _AT_THE_START else error.problem_mark or opened
    begin = "this cell" if in_a_cell else f"line {opened.line + 1}" if opened else "the first line"
    lines = text.splitlines()
    sign = lines[mark.line][mark.column : mark.column + 1] if mark and mark.line < len(lines) else ""
    sign = "a tab" if sign == "\t" else f"'{sign}'"
    told = {
        "mapping values are not allowed in this context": "unexpected ':': put text that holds ': ' in quotes, or "
        "check the indentation (a field of a mapping stands right below its first one)",
        "block sequence entries are not allowed in this context": "unexpected '-': start a list on a line of its own",
        "found character that cannot start any token": f"unexpected {sign}: indent with spaces, and put text that "
        "starts with a special sign in quotes",
        "did not find expected ',' or ']'": f"unexpected end of the list that starts in {begin}: expected ',' or ']'",
        "did not find expected ',' or '}'": f"unexpected end of the mapping that starts in {begin}: "
        "expected ',' or '}'",
        "did not find expected key": f"expected a field of the mapping that starts in {begin}: check the indentation "
        "and the quotes",
        "did not find expected '-' indicator": f"expected '- ' and the next item of the list that starts in {begin}: "
        "check the indentation",
        "could not find expected ':'": "expected ':' after a field name: a line is unfinished, or its indentation "
        "is off",
        "found unexpected end of stream": "unexpected end of the file: the quote that opens here is not closed",
        "did not find expected node content": "unexpected end: a list or mapping that opens here is not closed",
        "found incompatible YAML document": "unexpected %YAML line: take it out",
    }
    return mark, told.get(problem, f"{problem} ({error.context})" if error.context else problem)

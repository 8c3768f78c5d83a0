"""What was changed between two scenarios, in the order of the file's parts, each change with its words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mptf_sim.scenario.scenario import Scenario

File = dict[str, Any]

WORDS_ONLY = ("name", "description", "sources", "expect")
"""Parts that say something of a scenario and change none of its figures."""

ASIDE = {"source", "name"}
"""Fields of rows that change none either."""

MOST_STEPS = 24
"""If more than these changed, all that changed in one part of the file is one change."""

MOST_LEAVES = 3
"""Fields that a change names one by one."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is otherwise in the second file: rows of a list, or a field of a mapping, taken over together."""

    part: str  # of the file: donors, fund, ...
    key: str  # which row or field of it
    rows: tuple[tuple[Any, Any], ...]  # before and after, None where there is none
    words: str
    together: tuple[Change, ...] = ()
    """Changes of one part that are taken over as one."""

    def apply(self, file: File) -> None:
        """Take it over into a file, in place."""
        if self.together:
            for one in self.together:
                one.apply(file)
        elif self.key == "":  # a part that is no list of rows and no mapping of terms
            for _, after in self.rows:
                _put(file, self.part, after)
        elif isinstance(file.get(self.part, []), list):
            kept = list(file.get(self.part, []))
            for before, after in self.rows:
                if before is not None:
                    kept.remove(before)
                if after is not None:
                    kept.append(after)
            file[self.part] = kept
        else:
            mapping = dict(file[self.part])
            for _, after in self.rows:
                _put(mapping, self.key, after)
            file[self.part] = mapping


def _put(mapping: File, name: str, value: Any) -> None:
    if value is None:
        mapping.pop(name, None)
    else:
        mapping[name] = value


def changes(before: Scenario, after: Scenario) -> list[Change]:
    """From one scenario to another: parts in the order of the file, within a part rows by id, then by content.

    Words, sources and expectations change no figure and are left out. What one file leaves out stands at its default.
    """
    found = list(_changes(before.dump(), after.dump()))
    return found if len(found) <= MOST_STEPS else list(_by_part(found))


def only_words(before: Scenario, after: Scenario) -> bool:
    """Whether nothing differs that could change a figure."""
    return not changes(before, after)


def _changes(before: File, after: File) -> Iterator[Change]:
    for field, about in Scenario.model_fields.items():
        part = about.alias or field
        old, new = before.get(part), after.get(part)
        if part in WORDS_ONLY or _bare(old) == _bare(new):
            continue
        if isinstance(old if old is not None else new, list) and _is_rows(old or new):
            yield from _of_rows(part, old or [], new or [])
        elif isinstance(old, dict) and isinstance(new, dict):
            for key in dict.fromkeys([*old, *new]):
                if _bare(old.get(key)) != _bare(new.get(key)):
                    yield _term(part, key, old.get(key), new.get(key))
        else:
            yield _term(part, "", old, new)


def _is_rows(value: Any) -> bool:
    return bool(value) and all(isinstance(row, dict) for row in value)


def _of_rows(part: str, old: list[File], new: list[File]) -> Iterator[Change]:
    """Rows with ids one by one; those of a plan together; others by kind, in pairs as long as there are both."""
    gone, come = [row for row in old if row not in new], [row for row in new if row not in old]
    for key in sorted({_key(row) for row in (*gone, *come)}):
        lost, won = ([row for row in rows if _key(row) == key] for rows in (gone, come))
        lost, won = (sorted(rows, key=_text) for rows in (lost, won))
        pairs = [
            (lost[n] if n < len(lost) else None, won[n] if n < len(won) else None)
            for n in range(max(len(lost), len(won)))
        ]
        pairs = [pair for pair in pairs if _bare(pair[0]) != _bare(pair[1])]
        if key.startswith("kind "):
            yield from (_rows(part, f"{key} {number}", [pair]) for number, pair in enumerate(pairs))
        elif pairs:
            yield _rows(part, key, pairs)


def _key(row: File) -> str:
    for name in ("id", "plan"):
        if row.get(name) and (name == "id" or "kind" not in row):
            return str(row[name])
    return f"kind {row.get('kind', '')}"


def _by_part(found: list[Change]) -> Iterator[Change]:
    """All changes of a part as one."""
    for part in dict.fromkeys(one.part for one in found):
        together = [one for one in found if one.part == part]
        words = f"{part}: {len(together)} changes, among them {together[0].words}"
        yield together[0] if len(together) == 1 else Change(part, "all", (), words, tuple(together))


def _rows(part: str, key: str, rows: list[tuple[Any, Any]]) -> Change:
    """Rows of a list that change, come or go, in words: donors DEU outlook.gift: 2,700,000, was 5,400,000."""
    place = part if key.startswith("kind ") else f"{part} {key}"
    ((before, after),) = rows[:1]
    if len(rows) > 1:
        words = f"{place}: {len(rows)} rows changed"
    elif before is None:
        words = f"{place}: added {_shown(after)}"
    elif after is None:
        words = f"{place}: removed {_shown(before)}"
    else:
        words = f"{place} {_leaves(before, after)}"
    return Change(part, key, tuple(rows), words)


def _term(part: str, key: str, before: Any, after: Any) -> Change:
    """A term that changes, in words: fund reserve.minimum: 2,000,000, was 1,000,000."""
    joint = " " if isinstance(before, dict) and isinstance(after, dict) else ": "
    words = f"{part} {key}".strip() + joint + _leaves(before, after)
    return Change(part, key, ((before, after),), words)


def _leaves(before: Any, after: Any) -> str:
    found = list(leaf_differences(before, after))
    told = [f"{name}{': ' if name else ''}{_shown(new)}, was {_shown(old)}" for name, old, new in found[:MOST_LEAVES]]
    more = f" and {len(found) - MOST_LEAVES} more" if len(found) > MOST_LEAVES else ""
    return "; ".join(told) + more


def leaf_differences(before: Any, after: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The fields in which two values differ: dotted place, before, after; None where one has none."""
    if _bare(before) == _bare(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            if name not in ASIDE:
                yield from leaf_differences(before.get(name), after.get(name), f"{place}.{name}".lstrip("."))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True), start=1):
            yield from leaf_differences(one, other, f"{place}[{number}]")
    else:
        yield place, before, after


def _shown(value: Any) -> str:
    """A value as a person reads it, on one line."""
    if value is None:
        return "left at its default"
    if isinstance(value, dict):
        return "(" + ", ".join(f"{name} {_shown(part)}" for name, part in value.items() if name not in ASIDE) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(part) for part in value) + "]"
    text = str(value)
    return f"{int(text):,}" if text.isdigit() and len(text) > 4 else text


def _bare(value: Any) -> Any:
    """Without words and sources, which change no figure."""
    if isinstance(value, dict):
        return {name: _bare(part) for name, part in value.items() if name not in ASIDE}
    return [_bare(part) for part in value] if isinstance(value, list) else value


def _text(row: File) -> str:
    return json.dumps(row, sort_keys=True, default=str)

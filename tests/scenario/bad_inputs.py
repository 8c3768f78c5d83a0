"""The cases of `tests/data/bad_inputs.jsonl` as files of this fund.

They are mutations of a generic scenario; everything that ties them to the scenarios here stands in the tables below:
where a generic field is, what it is called in messages, and which cases have nothing to apply to.
"""

from __future__ import annotations

import base64
import copy
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Case = dict[str, Any]

CASES: dict[str, Case] = {
    case["id"]: case
    for line in (Path(__file__).parents[1] / "data/bad_inputs.jsonl").read_text(encoding="utf-8").splitlines()
    if (case := json.loads(line))["kind"] == "case"
}

BASE: dict[str, Any] = {
    "schema": 1,
    "name": "Demonstration fund",
    "calendar": {"start": "2026-Q1", "periods": 20},
    "fund": {
        "currency": "USD",
        "fees": {"administrative_agent": "1%", "indirect_cost": "7%"},
        "direct_cost": {"per_year": 1_000_000},
        "interest": {2026: "2%"},
        "reserve": {"share_of_cash": "5%", "minimum": 1_000_000},
    },
    "windows": [{"id": "health", "name": "Health"}, {"id": "climate", "name": "Climate"}],
    "regions": [{"id": "africa", "name": "Africa"}],
    "donors": [
        {"id": "nor", "name": "Norway", "default": "2%", "outlook": {"kind": "scheduled", "instalments": []}},
        {"id": "swe", "name": "Sweden", "outlook": {"kind": "renewing", "gift": "3M"}},
        {"id": "fnd", "name": "A Foundation", "outlook": {"kind": "scheduled", "instalments": [{"due": "2026-Q3", "amount": "25M"}]}},
    ],
    "organisations": [{"id": "IOM", "name": "IOM"}],
    "plans": [{"id": "hk1", "name": "Clinics", "region": "africa", "country": "KEN"}],
    "needs": [{"plan": "hk1", "window": "health", "year": 2026, "amount": "5M"}],
    "agreements": [{"id": "standard", "instalments": [{"share": "60%"}, {"share": "40%", "after": 4, "threshold": "75%"}]}],
    "programmes": [
        {"id": id, "name": name, "plan": "hk1", "window": "health", "organisation": "IOM", "budget": "30M",
         "ready": "2026-Q2", "duration": 12, "agreement": "standard"}
        for id, name in (("hk1", "Clinics"), ("cn1", "Micro-hydro"))
    ],
    "common_factors": {"slowdown": "10%"},
    "governance": {"meetings": ["Q2", "Q4"]},
}  # fmt: skip

PLACES = {
    "/schema_version": "/schema",
    "/extends": "/extends",
    "/x-notes": "/x-notes",
    "/data/delivery_history": "/needs/table",
    "/fund": "/fund",
    "/fund/name": "/name",
    "/fund/currency": "/fund/currency",
    "/fund/periods": "/calendar/periods",
    "/fund/start": "/calendar/start",
    "/fund/admin_fee_rate": "/fund/fees/administrative_agent",
    "/fund/direct_cost": "/fund/direct_cost",
    "/fund/min_balance": "/fund/reserve/minimum",
    "/fund/__class__": "/fund/__class__",
    "/fx/NOK/vol": "/common_factors/slowdown",
    "/report/formats": "/governance/meetings",
    "/run/seed": "/calendar/periods",
    "/themes/0/name": "/windows/0/name",
    "/themes/1/name": "/windows/1/name",
    "/donors": "/donors",
    "/donors/0": "/donors/0",
    "/donors/0/id": "/donors/0/id",
    "/donors/1/id": "/donors/1/id",
    "/donors/0/country": "/plans/0/country",
    "/donors/0/default_prob": "/donors/0/default",
    "/donors/2/pledges": "/donors/2/outlook/instalments",
    "/donors/2/pledges/0/amount": "/donors/2/outlook/instalments/0/amount",
    "/plans/0/id": "/programmes/0/id",
    "/plans/1/id": "/programmes/1/id",
    "/plans/0/name": "/programmes/0/name",
    "/plans/0/budget": "/programmes/0/budget",
    "/plans/0/end": "/programmes/0/duration",
    "/plans/0/tranches": "/agreements/0/instalments",
    "/plans/0/tranches/0/threshold": "/agreements/0/instalments/0/threshold",
    "/plans/0/tranches/1/threshold": "/agreements/0/instalments/1/threshold",
}
"""Where a field of the generic scenario stands here. Its plans are joint programmes, its tranches instalments."""

OTHER_PLACES = {"keys-010": "/calendar/start"}  # the currency has a default; the start has none

WORDS = {
    "admin_fee_rate": "administrative_agent",
    "admin_fee_rat": "administrative_agnt",
    "schema_version": "schema",
    "default_prob": "default",
    "end": "duration",
    "vol": "slowdown",
    "formats": "meetings",
    "seed": "periods",
    "pledges": "instalments",
    "tranches": "instalments",
    "delivered": "amount",
    "planned": "window",
    "period": "year",
}
"""What messages and columns call it."""

CELLS = {"1": "2026", "5": "health"}
"""Periods and planned amounts in the generic tables: years and windows in a table of needs."""

BY_DESIGN = {
    "yaml_typing-007": "amounts may be grouped by _",
    "yaml_typing-011": "shares are written with their percent sign",
    "semantic-014": "the currency is a label: no rate hangs on it",
    "semantic-032": "a fund without donors is one that winds down",
    "semantic-034": "a reserve above all income stops approvals, which is what such a scenario asks about",
}
"""Cases that are right here, with the reason."""

NOTHING_TO_APPLY_TO = {
    "expression-": "a scenario holds no formulas",
    "state-": "about resuming a run, not about reading a scenario",
    "environment-": "about the command line and its environment, not about reading a scenario",
    "number-004": "no correlation matrix",
    "number-023": "no exchange rates",
    "number-024": "no exchange rates",
    "number-025": "no exchange rates",
    "number-027": "no guarantees",
    "number-031": "quantiles are no part of a scenario",
    "number-032": "quantiles are no part of a scenario",
    "semantic-006": "a programme may end after the calendar",
    "semantic-008": "an instalment before the calendar is history and is left out",
    "semantic-019": "no layers of capital",
    "semantic-021": "no floors and ceilings by window",
    "semantic-023": "no correlation matrix",
    "semantic-027": "no correlation matrix",
    "semantic-028": "no layers of capital",
    "semantic-029": "no layers of capital",
    "semantic-030": "no layers of capital",
    "path-029": "a scenario names no template",
    "resource-001": "the number of paths is said on the command line",
    "resource-002": "the number of paths is said on the command line",
    "resource-004": "the number of workers is said on the command line",
    "resource-007": "the number of paths is said on the command line",
    "resource-010": "the size of a block is no choice of the user's",
    "resource-015": "quantiles are no part of a scenario",
    "resource-017": "no correlation matrix",
    "resource-019": "the number of paths is said on the command line",
    "data_file-029": "workbooks are not opened: test_tables refuses them by name",
    "data_file-030": "workbooks are not opened",
    "data_file-031": "workbooks are not opened",
    "data_file-033": "workbooks are not opened",
    "data_file-039": "Parquet files are not opened",
    "data_file-040": "NumPy files are not opened",
}
"""Cases that cannot be said of a scenario of this fund, by id or by the beginning of it."""

# --------------------------------------------------------------------------------------------- a case becomes a file


def here(case: Case, path: str) -> str:
    return OTHER_PLACES.get(case["id"], PLACES[path])


def put(scenario: dict[str, Any], place: str, change: Callable[[Any, Any], None]) -> None:
    """Change what stands at a place, in the mapping or list that holds it."""
    *outer, last = place.strip("/").split("/")
    holder: Any = scenario
    for step in outer:
        if isinstance(holder, dict) and not isinstance(holder.get(step), (dict, list)):
            holder[step] = {}  # a list that becomes a table
        if step == "needs":
            holder["needs"] = {}
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    change(holder, int(last) if isinstance(holder, list) else last)


def as_said_here(place: str, value: Any) -> Any:
    """A generic value as a file of this fund would say it."""
    if isinstance(value, list) and place.endswith("instalments"):
        return [as_said_here(place, item) for item in value]
    if isinstance(value, dict) and "period" in value:
        return {"due": f"2026-Q{value['period'] + 1}", "amount": value["amount"]}
    if isinstance(value, dict) and "share" in value:
        shares = {name: as_said_here(f"{place}/{name}", number) for name, number in value.items()}
        return shares if value["threshold"] else {"share": shares["share"]}
    if isinstance(value, (int, float)) and place.endswith(("administrative_agent", "default", "threshold", "share")):
        return f"{round(value * 100, 7)}%"
    return "0001-Q1" if value == "0001-01-01" else value


RAW = "RAW_TEXT_GOES_HERE"


def built(case: Case, folder: Path) -> Path:
    """The scenario file of a case, with the files beside it."""
    scenario = copy.deepcopy(BASE)
    raw = _apply(case, case, scenario, folder)
    text = yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True, width=1000)
    path = folder / "scenario.yaml"
    if raw is not None:
        before, _, after = text.partition(RAW)
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(before)
            file.writelines(raw if isinstance(raw, list) else [raw])
            file.write(after)
        return path
    whole = {
        "yaml_doc": lambda: case["text"].encode(),
        "yaml_bytes": lambda: base64.b64decode(case["b64"]),
        "yaml_append": lambda: (text + case["text"]).encode(),
        "truncate": lambda: text[: int(len(text) * case["fraction"])].encode(),
    }
    path.write_bytes(whole[case["op"]]() if case["op"] in whole else text.encode())
    if case.get("generator") == "merge_bomb":
        path.write_text(_merge_bomb(**case["params"]), encoding="utf-8")
    return path


def _apply(case: Case, op: Case, scenario: dict[str, Any], folder: Path) -> str | list[str] | None:
    """Do one operation; what has to be written raw comes back."""
    kind, value = op["op"], op.get("value")
    place = here(case, op["path"]) if "path" in op else ""
    if kind == "many":
        for inner in op["ops"]:
            _apply(case, inner, scenario, folder)
    elif kind == "set":
        put(scenario, place, lambda holder, key: holder.__setitem__(key, as_said_here(place, value)))
    elif kind == "delete":
        put(scenario, place, lambda holder, key: holder.pop(key))
    elif kind == "rename":
        put(scenario, place, lambda holder, key: holder.__setitem__(WORDS.get(op["to"], op["to"]), holder.pop(key)))
    elif kind == "yaml_scalar" or (kind == "generate" and place and op["generator"] != "extends_chain"):
        put(scenario, place, lambda holder, key: holder.__setitem__(key, RAW))
        return op["text"] if kind == "yaml_scalar" else _generated(op["generator"], scenario, **op["params"])
    elif kind in ("file", "symlink", "fifo", "generate") and op.get("generator") != "merge_bomb":
        name = _beside(op, folder)
        put(scenario, place, lambda holder, key: holder.__setitem__(key, name))
    return None


def _generated(generator: str, scenario: dict[str, Any], **params: Any) -> str | list[str]:
    if generator == "nest" and params["style"] == "flow":
        return "[" * params["depth"] + "]" * params["depth"]
    if generator == "nest":
        return "\n" + "".join(" " * (level + 1) + "a:\n" for level in range(params["depth"]))
    if generator == "repeat_scalar":
        return params["prefix"] + params["unit"] * params["count"]
    if generator == "many_keys":
        return ["\n", *(f"  k{number}: 0\n" for number in range(params["count"]))]
    assert generator == "clone"
    donor = json.dumps(BASE["donors"][0])
    return [donor, *[f"\n- {donor}" * 1000] * (params["count"] // 1000)]


def _merge_bomb(levels: int, width: int) -> str:
    lines = ["a0: &a0 {x: 1}"]
    for level in range(1, levels + 1):
        lines.append(f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * width)}]}}")
    return "\n".join(lines)


class _Touch:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch pwned",)


def _beside(op: Case, folder: Path) -> str:
    """Make the support file of an operation; its name comes back."""
    if op.get("generator") == "extends_chain":
        for number in range(op["params"]["length"]):
            (folder / f"f{number}.yaml").write_text(f"extends: f{number + 1}.yaml\n", encoding="utf-8")
        return "f0.yaml"
    path = folder / op["name"]
    path.parent.mkdir(exist_ok=True)
    if op["op"] == "symlink":
        path.symlink_to(op["target"])
    elif op["op"] == "fifo":
        os.mkfifo(path)
    elif op.get("generator") == "repeat_file":
        with path.open("wb") as file:
            file.truncate(op["params"]["count"])  # as many bytes, none of them on the disk
    elif op.get("generator") == "pickle_exec":
        path.write_bytes(pickle.dumps(_Touch()))
    else:
        text = base64.b64decode(op["b64"]).decode() if "b64" in op else op["text"]
        path.write_text(table_of_needs(text) if path.suffix == ".csv" else text, encoding="utf-8", newline="")
    return str(op["name"])


def table_of_needs(text: str) -> str:
    """A generic table of deliveries as a table of needs."""
    names, *rows = text.split("\n") if text else [""]
    cells = [",".join(CELLS.get(cell, cell) for cell in row.split(",")) for row in rows]
    return "\n".join([",".join(WORDS.get(name, name) for name in names.split(",")), *cells])

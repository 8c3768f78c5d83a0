"""Small funds with everything that programmes, organisations and the pipeline may hold.

The funds of `strategies` with more in them: both engines play them whole.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mptf_sim.quantities import ContractRate, Quarter, Shares, money_text, read_money
from mptf_sim.scenario.scenario import Scenario
from tests.strategies import REGIONS, Draw, File, choice, full_scenario_files, most_direct

ORGANISATIONS = ("ILO", "IOM", "WHO")
SHARES = (  # in the order of ids: even, lopsided, with a remainder, of hundredths of a per cent
    ("100%",), ("50%", "50%"), ("33.33%", "66.67%"), ("1%", "99%"), ("99.99%", "0.01%"), ("33%", "33%", "34%"),
    ("98%", "1%", "1%"), ("50%", "1%", "49%"),
)  # fmt: skip
_huge = 10**11
_chances = choice("0%", "0%", "50%", "100%")


@st.composite
def organisation_terms(draw: Draw, name: str, start: Quarter, capacity: int) -> File:
    """An organisation: when it signed, how it differs in pace, how often its reports are late."""
    signed = choice(None, None, "never", *(str(Quarter.at(start.ordinal + t)) for t in (-1, 0, 1, 3)))
    terms: File = {"id": name, "name": name, "spread": draw(choice("0%", "80%")), "late_reports": draw(_chances)}
    if (when := draw(signed)) is not None:
        terms["signed_agreement"] = when
    if draw(choice(False, False, True)):
        terms["capacity"] = money_text(capacity)
    return terms


@st.composite
def _shares(draw: Draw, among: list[str], exact: bool) -> Any:
    """Who receives a programme: one organisation, a list, or shares."""
    rates = draw(
        st.sampled_from([one for one in SHARES if len(one) <= len(among) and (exact or "." not in "".join(one))])
    )
    names = sorted(draw(st.permutations(among))[: len(rates)])
    return names if draw(st.booleans()) else dict(zip(names, rates, strict=True))


def _lower_until_each_can_have_spent_it(programme: File, agreement: File, indirect: ContractRate) -> None:
    """Expenditure of a running programme that is within what each of its organisations has received."""
    running, parts = programme["running"], Shares.read(programme["organisations"])
    budget, before = read_money(programme["budget"]), 0
    received = dict.fromkeys(parts, 0)
    shares = [ContractRate.read(one["share"]).ratio for one in agreement["instalments"]]
    for number in range(running.get("instalments_paid", 0)):
        after = round(sum(shares[: number + 1]) * budget)
        received = {one: received[one] + cents for one, cents in parts.split(after - before).items()}
        before = after
    delivered = read_money(running.get("delivered", 0))
    while any(cents > most_direct(received[one], indirect) for one, cents in parts.split(delivered).items()):
        delivered = max(delivered - 2, 0)
    if "delivered" in running:
        running["delivered"] = money_text(delivered)


@st.composite
def whole_files(draw: Draw) -> File:
    """A whole small fund, as a file says it."""
    file = draw(full_scenario_files())
    start = Quarter.read(file["calendar"]["start"])
    amounts = [read_money(one["budget"]) for one in file["programmes"]]
    exact = max(amounts, default=0) < _huge  # whether rates may have decimals

    def some_of_it() -> int:
        """A part of what one programme asks for: a limit that bites."""
        cents = draw(st.sampled_from(amounts)) if amounts else 0
        return int(cents // draw(choice(2, 1, 4, 10**12)))

    for plan in file["plans"]:
        if draw(choice(False, False, True)):
            plan["absorption_per_year"] = money_text(some_of_it())
    file["organisations"] = [draw(organisation_terms(name, start, some_of_it())) for name in ORGANISATIONS]
    signed = [one["id"] for one in file["organisations"] if _has_signed(one, start)]
    if not signed:
        file["organisations"][0].pop("signed_agreement")
        signed = [ORGANISATIONS[0]]
    for agreement in file["agreements"]:
        committed = draw(choice(None, None, "30%", "100%"))
        basis = {"basis": "spent plus committed", "committed": committed} if committed else {}
        agreement["release"] = {"level": draw(choice("programme", "every organisation", "own share")), **basis}
        agreement["reporting"] = {"every": draw(choice(1, 1, 2, 4)), "late_by": draw(choice(1, 2, 3))}
    agreements = {one["id"]: one for one in file["agreements"]}
    indirect = ContractRate.read(file["fund"]["fees"]["indirect_cost"])
    for programme in file["programmes"]:
        del programme["organisation"]
        runs = "running" in programme
        programme["organisations"] = draw(_shares(signed if runs else list(ORGANISATIONS), exact))
        if runs:
            _lower_until_each_can_have_spent_it(programme, agreements[programme["agreement"]], indirect)
    file["shocks"] = [*file["shocks"], *draw(st.lists(_slowdowns(start), max_size=2))]
    documents = [programme for programme in file["programmes"] if "ready" in programme]
    if documents and draw(st.booleans()):
        file["pipeline"] = draw(_pipelines(start, documents))
    return file


@st.composite
def _slowdowns(draw: Draw, start: Quarter) -> File:
    at = draw(st.integers(-1, 5))
    shock: File = {"kind": "delivery_slowdown", "start": str(Quarter.at(start.ordinal + at))}
    shock["share"] = draw(choice("50%", "0%", "33%", "100%"))
    if draw(st.booleans()):
        shock["end"] = str(Quarter.at(start.ordinal + at + draw(st.integers(0, 4))))
    if draw(st.booleans()):
        shock["organisations"] = [draw(choice(*ORGANISATIONS))]
    if draw(st.booleans()):
        shock["regions"] = [draw(choice(*REGIONS))]
    return shock


@st.composite
def _pipelines(draw: Draw, start: Quarter, documents: list[File]) -> File:
    """Slots that repeat the documents of the file."""
    templates = [
        {name: value for name, value in one.items() if name not in ("ready", "score")}
        for one in draw(st.lists(st.sampled_from(documents), min_size=1, max_size=2, unique_by=lambda one: one["id"]))
    ]
    return {
        "start": str(Quarter.at(start.ordinal + draw(st.integers(0, 2)))),
        "slots_per_year": draw(choice(1, 2, 5)),
        "selection": {
            "concept_note": draw(choice("100%", "50%")),
            "chance": draw(choice("100%", "50%")),
            "after": draw(choice(0, 1)),
        },
        "preparation": draw(choice(1, 3)),
        "score": {"mean": draw(choice(50, 60)), "spread": draw(choice(0, 20))},
        "templates": templates,
    }


def _has_signed(organisation: File, start: Quarter) -> bool:
    when = organisation.get("signed_agreement")
    return when is None or (when != "never" and Quarter.read(when) <= start)


def whole_funds() -> st.SearchStrategy[Scenario]:
    """Whole small scenarios."""
    return whole_files().map(Scenario.model_validate)

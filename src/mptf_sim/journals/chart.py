"""The chart of accounts of a journal: where each party of the postings and each stock of the ledger is entered.

Nothing is listed that the books already say. Whether a party holds money, brings it or uses it up follows from the
postings themselves, and so does which stock its account must equal: a new movement of money finds its accounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mptf_sim.books import ACCOUNTS, FINANCE_ACCOUNTS, FINANCE_ROW, LEDGER, POSTINGS
from mptf_sim.scenario.scenario import Scenario

UNITS = {account.name: account.unit for account in (*ACCOUNTS, *FINANCE_ACCOUNTS)}

SINGLE = ("fund cash", "administrative agent", "bank", "secretariat")
"""Parties that are one account; the others have one for each donor or programme."""

OF_ORGANISATIONS = ("organisations", "organisations' support")
"""Parties whose accounts stand by organisation first, then by programme."""

OF_DONORS = ("pledged_not_signed", "signed_not_deposited", "in_kind_outstanding")
OF_PROGRAMMES = ("owed_to_programmes",)
"""Promises with a memo account for each donor, for each programme; other memo stocks have one account."""

OPENING = "Equity:OpeningBalances"
MEMO, CONTRA = "Equity:Memo", "Equity:MemoContra"

_ESCAPES = {"-": "--", "_": "-u", ".": "-d"}
_UNESCAPES = {written: sign for sign, written in _ESCAPES.items()}


class Leg(NamedTuple):
    """One line of an entry: debits above zero, credits below."""

    account: str
    cents: int


def parties(blends: bool = True) -> tuple[str, ...]:
    """Everyone whom money leaves or reaches; of a fund that does not blend, without those of facilities and deals."""
    pairs = [pair for event, pair in POSTINGS.items() if blends or event not in FINANCE_ROW]
    return tuple(dict.fromkeys(party for pair in pairs for party in pair))


def root(party: str) -> str:
    """Assets of those who are given money and pass it on; Income of those who only give; Expenses of the others."""
    gives = any(party == giver for giver, _ in POSTINGS.values())
    receives = any(party == receiver for _, receiver in POSTINGS.values())
    if not gives and not receives:
        raise LookupError(f"no posting moves money from or to '{party}'")
    return "Assets" if gives and receives else "Income" if gives else "Expenses"


def flows_of(party: str) -> tuple[frozenset[str], frozenset[str]]:
    """Events by which money (reaches, leaves) a party."""
    return (
        frozenset(event for event, (_, receiver) in POSTINGS.items() if receiver == party),
        frozenset(event for event, (giver, _) in POSTINGS.items() if giver == party),
    )


def stock_of(party: str) -> str:
    """The stock of the ledger that is the money a party holds: the one with the same flows.

    Raises
    ------
    LookupError : if the books keep no such stock, so that nothing would prove the account right
    """
    reaches, leaves = flows_of(party)
    for stock, (raises, lowers) in LEDGER.items():
        if (frozenset(raises), frozenset(lowers)) == (reaches, leaves):
            return stock
    raise LookupError(f"'{party}' holds money, and no stock in books.LEDGER changes by its postings and nothing else")


def holders() -> Mapping[str, str]:
    """The stock that each holder of money holds."""
    return {party: stock_of(party) for party in parties() if root(party) == "Assets"}


def memo_stocks(blends: bool = True) -> tuple[str, ...]:
    """Stocks of promises and needs, in money but no money: kept in memo accounts, each with its contra account."""
    left_out = set(holders().values()) | (set() if blends else set(FINANCE_ROW))
    return tuple(stock for stock in LEDGER if stock not in left_out and unit_of(stock) == "cents")


def unit_of(name: str) -> str:
    """What the amounts of an event or stock count: cents, or pledges of a policy."""
    return UNITS.get(name, "cents")


def memo_changes(event: str) -> Iterator[tuple[str, int]]:
    """Memo stocks that an event changes, and in which direction."""
    for stock in memo_stocks():
        raises, lowers = LEDGER[stock]
        if event in raises or event in lowers:
            yield stock, 1 if event in raises else -1


def title(words: str) -> str:
    """'fund cash' or 'owed_to_programmes' as a part of an account's name: FundCash, OwedToProgrammes."""
    return "".join(word.capitalize() for word in re.findall("[A-Za-z]+", words))


def component(id: str) -> str:
    """An id as a part of an account's name, so that no two ids meet: see `id_of`.

    Capital first, then letters, digits and '-' stand as they are; 0 goes before a small first letter; where '_' or '.'
    must be written otherwise, 1 goes before, and - _ . become -- -u -d. No id starts with a digit.
    """
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", id):
        return id if id[0].isupper() else f"0{id}"
    return "1" + re.sub(r"[-_.]", lambda sign: _ESCAPES[sign[0]], id)


def id_of(component: str) -> str:
    """The id behind a part of an account's name."""
    if component.startswith("0"):
        return component[1:]
    if component.startswith("1"):
        return re.sub("--|-u|-d", lambda written: _UNESCAPES[written[0]], component[1:])
    return component


class Chart:
    """The accounts of one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._roots = {party: root(party) for party in parties()}
        self.held_by = holders()
        self.holder_of = {stock: party for party, stock in self.held_by.items()}
        self._donors = {donor.id: donor.name for donor in scenario.donors}
        self._programmes = {programme.id: programme.name for programme in scenario.all_programmes}
        self._memo_changes: dict[str, tuple[tuple[str, int], ...]] = {}  # by event
        self._sides: dict[tuple[str, str, str], tuple[tuple[str, int], ...]] = {}

    def of(self, party: str, who: str = "", organisation: str = "") -> str:
        """The account of a party; of what it has to do with one donor or programme, or an organisation's part of it."""
        whole = f"{self._roots[party]}:{title(party)}"
        if not who or party in SINGLE:
            return whole
        words = who.split(" ")
        if party in OF_ORGANISATIONS:
            words = [organisation, *words]
        return ":".join([whole, *map(component, words)])

    def memo(self, stock: str, who: str = "") -> str:
        """The memo account of a stock; of one donor or programme."""
        whole = f"{MEMO}:{title(stock)}"
        return f"{whole}:{component(who.split(' ')[0])}" if who and stock in (*OF_DONORS, *OF_PROGRAMMES) else whole

    def contra(self, stock: str) -> str:
        return f"{CONTRA}:{title(stock)}"

    def totals(self) -> tuple[str, ...]:
        """The account that stands above all others of each party, stock and contra."""
        stocks = memo_stocks()
        return (*map(self.of, parties()), *map(self.memo, stocks), *map(self.contra, stocks))

    def legs(self, event: str, who: str, cents: int, organisation: str = "") -> list[Leg]:
        """Both sides of everything an event changes; none if it moves no money and changes no promise or need."""
        key = (event, who, organisation)
        if key not in self._sides:
            self._sides[key] = tuple(self._both_sides(*key))
        return [Leg(account, sign * cents) for account, sign in self._sides[key]]

    def _both_sides(self, event: str, who: str, organisation: str) -> Iterator[tuple[str, int]]:
        if event in POSTINGS:
            giver, receiver = POSTINGS[event]
            yield from ((self.of(receiver, who, organisation), 1), (self.of(giver, who, organisation), -1))
        if event not in self._memo_changes:
            self._memo_changes[event] = tuple(memo_changes(event))
        for stock, sign in self._memo_changes[event]:
            yield from ((self.memo(stock, who), sign), (self.contra(stock), -sign))

    def balance(self, stock: str, who: str, organisation: str = "") -> str:
        """The account in which a stock of one entity is kept."""
        return self.of(self.holder_of[stock], who, organisation) if stock in self.holder_of else self.memo(stock, who)

    def opening_legs(self, stock: str, who: str, cents: int, organisation: str = "") -> list[Leg]:
        """What stands there when the calendar starts."""
        contra = OPENING if stock in self.holder_of else self.contra(stock)
        return [Leg(self.balance(stock, who, organisation), cents), Leg(contra, -cents)]

    def behind(self, account: str) -> tuple[str, str] | None:
        """Id and name of the donor or programme whose account this is; None of an account of nobody's own."""
        branch = account.split(":")[3 if account.startswith(MEMO + ":") else 2 :]
        if not branch or account.startswith(CONTRA):
            return None
        of_donor = account.startswith(tuple(f"{one}:" for one in (self.of("donors"), *map(self.memo, OF_DONORS))))
        who = id_of(branch[-1])
        return who, (self._donors if of_donor else self._programmes).get(who, "")

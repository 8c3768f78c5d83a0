"""What a number may be, declared once: for the reader, the tests and the manual.

Amounts are whole cents of the fund's currency; contract rates are fractions of integers; other shares are
float64; lags are whole quarters. Each type reads what a person would write ("12.5M", "7%", "2027-Q3").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction as Ratio
from functools import lru_cache
from itertools import accumulate
from math import lcm
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

from annotated_types import Interval, MaxLen, MinLen
from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, PlainSerializer
from pydantic_core import PydanticCustomError, core_schema
from typing_extensions import TypeAliasType

from mptf_sim.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"
Whole: TypeAlias = "NDArray[np.int64]"
Mask: TypeAlias = "NDArray[np.bool_]"

MOST_CENTS = 10**13
"""No single amount in a scenario is above USD 100 billion: sums and products stay exact in float64."""

LONGEST_NAME = 200
"""Characters of a name."""

_UNITS = {"": 1, "k": 10**3, "M": 10**6, "bn": 10**9}
_MONEY = re.compile(r"(?P<number>\d+(?:_\d+)*(?:\.\d+)?(?:[eE]\+?\d{1,2})?)\s?(?P<unit>k|M|bn)?")
_PERCENT = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)\s?%")
_QUARTER = re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_RESERVED = {"total", "none", "all", "fund", "unearmarked"}


def found(value: object) -> str:
    """What was written, shortened for a message: a number as it stands, other text in quotes."""
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list, tuple)) and not isinstance(value, Quarter):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = repr(value) if isinstance(value, str) and not _is_number(value) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def wrong(expected: str, value: object, advice: str = "") -> PydanticCustomError:
    """The one shape of a problem with a value: expected, found, what to do."""
    tail = ": {advice}" if advice else ""
    return PydanticCustomError(
        "quantity",
        "expected {expected}, found {found}" + tail,
        {"expected": expected, "found": found(value), "advice": advice},
    )


def read_money(value: Any) -> int:
    """Cents out of currency units: 12_500_000, "12.5M" or 0.01; through Decimal, never through float."""
    expected = "an amount of money such as 12.5M or 900_000"
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise wrong(expected, value)
    text = value.strip() if isinstance(value, str) else str(value)
    if text.startswith("-"):
        raise wrong("an amount of zero or more", value)
    match = _MONEY.fullmatch(text)
    if match is None:
        if "," in text:
            raise wrong(expected, value, "write a point for decimals and _ or nothing between thousands")
        raise wrong(expected, value)
    cents = Decimal(match["number"].replace("_", "")) * _UNITS[match["unit"] or ""] * 100
    if cents > MOST_CENTS:
        raise wrong("an amount of at most 100bn", value)
    if cents != cents.to_integral_value():
        raise wrong("whole cents (two decimals at most)", value)
    return int(cents)


MOST_AGGREGATE = 10**17
"""No figure of a whole economy is above USD 1,000,000 billion."""


def read_aggregate(value: Any) -> float:
    """A figure of a whole economy, such as 140bn: cents, as an approximate number, since no money is moved by it."""
    expected = "a figure of a whole economy such as 140bn"
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise wrong(expected, value)
    text = value.strip() if isinstance(value, str) else str(value)
    match = _MONEY.fullmatch(text)
    if match is None:
        advice = "write a point for decimals and _ or nothing between thousands" if "," in text else ""
        raise wrong(expected, value, advice)
    cents = Decimal(match["number"].replace("_", "")) * _UNITS[match["unit"] or ""] * 100
    if cents > MOST_AGGREGATE:
        raise wrong("a figure of at most 1_000_000bn", value)
    return float(cents)


def aggregate_text(cents: float) -> str:
    """Currency units of a figure of a whole economy."""
    return f"{(Decimal(cents) / 100).normalize():f}"


def money_text(cents: int) -> str:
    """Currency units of an amount in cents, exact: 1240000000 becomes '12400000', 1 becomes '0.01'."""
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def _percent(value: Any, expected: str, may_fall: bool = False) -> Decimal:
    if isinstance(value, (int, float, Decimal, str)) and _is_number(str(value)):
        number = str(value).strip()
        near = _as_decimal(number)
        if (near < 0 and not may_fall) or len(number) > 12 or "e" in number.lower():  # no advice worth giving
            raise wrong(expected, value)
        if near == 1:
            raise wrong(expected, value, "write 1% or 100%")
        if 0 < abs(near) < 1:
            raise wrong(expected, value, f"write {(near * 100).normalize():f}%")
        raise wrong(expected, value, f"write {number}% or 100%")
    match = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise wrong(expected, value, "write a percentage such as 7% or 2.5%")
    if match["number"].startswith("-") and not may_fall:
        raise wrong(expected, value)
    return Decimal(match["number"]) / 100


def _is_number(text: str) -> bool:
    try:
        return Decimal(text.strip().replace("_", "")).is_finite()
    except InvalidOperation:
        return False


def _as_decimal(text: str) -> Decimal:
    return Decimal(text.replace("_", ""))


def read_share(value: Any) -> float:
    """A share from 0% to 100%, written with its percent sign."""
    expected = "a share from 0% to 100%"
    share = _percent(value, expected)
    if share > 1:
        raise wrong(expected, value)
    return float(share)


def share_text(share: float) -> str:
    """The percentage of a share, exact: 0.07 becomes '7%'."""
    return f"{(Decimal(repr(share)) * 100).normalize():f}%"


def read_spread(value: Any) -> float:
    """A spread (standard deviation) from 0% to 300%, written with its percent sign."""
    expected = "a spread from 0% to 300%"
    share = _percent(value, expected)
    if share > 3:
        raise wrong(expected, value)
    return float(share)


def read_factor(value: Any) -> float:
    """A factor from 0% to 1000%, written with its percent sign."""
    expected = "a factor from 0% to 1000%"
    factor = _percent(value, expected)
    if factor > 10:
        raise wrong(expected, value)
    return float(factor)


def as_written(share: float) -> Ratio:
    """The decimal number behind a share that was read from its text, exact: 0.07 becomes 7/100."""
    return Ratio(Decimal(repr(share)))


def read_growth(value: Any) -> float:
    """A yearly growth from -50% to 100%, written with its percent sign."""
    expected = "a yearly growth from -50% to 100%"
    growth = _percent(value, expected, may_fall=True)
    if not Decimal("-0.5") <= growth <= 1:
        raise wrong(expected, value)
    return float(growth) + 0.0  # never a negative zero


def read_correlation(value: Any) -> float:
    """A correlation from -100% to 100%, written with its percent sign."""
    expected = "a correlation from -100% to 100%"
    correlation = _percent(value, expected, may_fall=True)
    if abs(correlation) > 1:
        raise wrong(expected, value)
    return float(correlation) + 0.0


def read_change(value: Any) -> float:
    """A change of a level from -90% to 300%, written with its percent sign."""
    expected = "a change from -90% to 300%"
    change = _percent(value, expected, may_fall=True)
    if not Decimal("-0.9") <= change <= 3:
        raise wrong(expected, value)
    return float(change) + 0.0


def read_exchange_rate(value: Any) -> Decimal:
    """Units of the fund's currency for one of another, such as 1.08: exact, six decimals at most."""
    expected = "an exchange rate from 0.0001 to 10000, such as 1.08"
    text = str(value).strip() if isinstance(value, (str, int, float, Decimal)) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"\d{1,5}(\.\d+)?", text):
        raise wrong(expected, value)
    rate = Decimal(text)
    if not Decimal("0.0001") <= rate <= 10_000:
        raise wrong(expected, value)
    if rate * 10**6 != (rate * 10**6).to_integral_value():
        raise wrong("an exchange rate with at most six decimals", value)
    return rate


class ContractRate:
    """A rate that stands in a contract, as a fraction of integers: 7% of direct cost is 7/100.

    `of` rounds each product once, half to even: exact to the cent while cents x num < 2**53.
    """

    __slots__ = ("den", "num")

    MOST_DECIMALS = 2

    def __init__(self, num: int, den: int) -> None:
        ratio = Ratio(num, den)
        if not 0 <= ratio <= 1:
            raise ValueError(f"a contract rate is from 0 to 1, not {ratio}")
        object.__setattr__(self, "num", ratio.numerator)
        object.__setattr__(self, "den", ratio.denominator)

    num: int
    den: int

    @classmethod
    def read(cls, value: Any) -> ContractRate:
        """Read "7%" or "2.75%" (two decimals at most, so that products with money stay exact)."""
        if isinstance(value, ContractRate):
            return value
        return cls._of_text(value) if isinstance(value, str) else cls._of(value)

    @classmethod
    @lru_cache(maxsize=1024)  # a scenario says the same few rates hundreds of times
    def _of_text(cls, text: str) -> ContractRate:
        return cls._of(text)

    @classmethod
    def _of(cls, value: Any) -> ContractRate:
        expected = "a rate from 0% to 100%"
        rate = _percent(value, expected)
        if rate > 1:
            raise wrong(expected, value)
        if rate * 10000 != (rate * 10000).to_integral_value():
            raise wrong("a rate with at most two decimals, such as 2.75%", value)
        ratio = Ratio(rate)
        return cls(ratio.numerator, ratio.denominator)

    def of(self, cents: Array) -> Array:
        """This rate of an amount, in whole cents."""
        product = cents * self.num
        product /= self.den
        return np.rint(product)

    def of_cents(self, cents: int) -> int:
        """This rate of one amount in whole cents, half to even."""
        return round(Ratio(cents * self.num, self.den))

    @property
    def ratio(self) -> Ratio:
        return Ratio(self.num, self.den)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a contract rate does not change")

    def __reduce__(self) -> tuple[type[ContractRate], tuple[int, int]]:
        return ContractRate, (self.num, self.den)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ContractRate) and (self.num, self.den) == (other.num, other.den)

    def __hash__(self) -> int:
        return hash((self.num, self.den))

    def __str__(self) -> str:
        return f"{(Decimal(self.num) * 100 / Decimal(self.den)).normalize():f}%"

    def __repr__(self) -> str:
        return f"ContractRate({self.num}, {self.den})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": r"^\d+(\.\d{1,2})?\s?%$",
            "description": "a rate from 0% to 100%",
        }


class Shares:
    """Parts of one whole by id, in the order of ids: {KEN: 60%, ETH: 40%}, or [ETH, KEN] for equal parts.

    They are exact fractions that add up to 1. `running` gives the bounds of each part between 0 and 1: an amount is
    split by rounding its product with them and taking differences, so that no cent is lost.
    """

    __slots__ = ("ratios",)

    ratios: Mapping[str, Ratio]

    def __init__(self, ratios: Mapping[str, Ratio] | None = None) -> None:
        object.__setattr__(self, "ratios", {id: ratio for id, ratio in sorted((ratios or {}).items())})

    @classmethod
    def read(cls, value: Any) -> Shares:
        """Read a mapping of ids to rates that add up to 100%, or a list of ids that share equally."""
        if isinstance(value, Shares):
            return value
        expected = "shares such as {KEN: 60%, ETH: 40%}, or a list such as [ETH, KEN] for equal ones"
        if isinstance(value, (list, tuple)):
            ids = [read_id(id) for id in value]
            if len(set(ids)) < len(ids):
                raise wrong("each id once", next(id for id in ids if ids.count(id) > 1))
            return cls({id: Ratio(1, len(ids)) for id in ids})
        if not isinstance(value, Mapping):
            raise wrong(expected, value)
        ratios = {read_id(id): ContractRate.read(rate).ratio for id, rate in value.items()}
        nothing = next((id for id, ratio in ratios.items() if ratio == 0), None)
        if nothing is not None:
            raise wrong("a share above 0%", f"0% for {nothing}", "leave it out")
        if ratios and (total := sum(ratios.values())) != 1:
            raise wrong("shares that add up to 100%", f"{float(total * 100):g}%")
        return cls(ratios)

    def running(self) -> tuple[tuple[Ratio, Ratio], ...]:
        """Where each part begins and ends, in the order of ids."""
        ends = list(accumulate(self.ratios.values()))
        return tuple(zip([Ratio(0), *ends], ends, strict=False))

    def weights(self) -> list[int]:
        """The shares as whole numbers in proportion."""
        whole = lcm(*(ratio.denominator for ratio in self.ratios.values()))
        return [int(ratio * whole) for ratio in self.ratios.values()]

    def split(self, cents: int) -> dict[str, int]:
        """One amount by id, to the cent: differences of rounded running totals."""
        return {
            id: round(end * cents) - round(begin * cents)
            for id, (begin, end) in zip(self.ratios, self.running(), strict=True)
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self.ratios)

    def __len__(self) -> int:
        return len(self.ratios)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("shares do not change")

    def __reduce__(self) -> tuple[type[Shares], tuple[Mapping[str, Ratio]]]:
        return Shares, (self.ratios,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shares) and self.ratios == other.ratios

    def __hash__(self) -> int:
        return hash(tuple(self.ratios.items()))

    def __repr__(self) -> str:
        return f"Shares({self.as_written()})"

    def as_written(self) -> dict[str, str] | list[str]:
        """As a file says it: a list of equal parts, or percentages by id."""
        if len(set(self.ratios.values())) <= 1:
            return list(self.ratios)
        return {id: str(ContractRate(ratio.numerator, ratio.denominator)) for id, ratio in self.ratios.items()}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(cls.as_written)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        rate = {"type": "string", "pattern": r"^\d+(\.\d{1,2})?\s?%$"}
        return {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": rate},
            ],
            "description": "parts of one whole by id: shares that add up to 100%, or a list for equal ones",
        }


class Quarter(NamedTuple):
    """A quarter of a calendar year, such as 2027-Q3."""

    year: int
    quarter: int

    @classmethod
    def read(cls, value: Any) -> Quarter:
        if isinstance(value, Quarter):
            return value
        match = _QUARTER.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            raise wrong("a quarter such as 2027-Q3", value)
        return cls(int(match["year"]), int(match["quarter"]))

    @property
    def ordinal(self) -> int:
        """Quarters since the year 0: differences are lags."""
        return self.year * 4 + self.quarter - 1

    @classmethod
    def at(cls, ordinal: int) -> Quarter:
        return cls(ordinal // 4, ordinal % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.quarter}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{4}-Q[1-4]$", "description": "a quarter such as 2027-Q3"}


def read_quarter_of_year(value: Any) -> int:
    """Q1 to Q4 as 1 to 4."""
    if isinstance(value, str) and re.fullmatch(r"Q[1-4]", value.strip()):
        return int(value.strip()[1])
    raise wrong("a quarter of the year: Q1, Q2, Q3 or Q4", value)


def read_whole(value: Any) -> int:
    """A whole number, written in digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,12}", value.strip()):
        return int(value)
    raise wrong("a whole number (integer) in digits", value)


def read_exponent(value: Any) -> float:
    """An exponent in steps of 1/8, so that powers are square roots and products: -0.125, 1 or 2.5."""
    expected = "an exponent from -4 to 4 in steps of 0.125"
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or not _is_number(str(value)):
        raise wrong(expected, value)
    exponent = _as_decimal(str(value).strip())
    if abs(exponent) > 4 or exponent * 8 != (exponent * 8).to_integral_value():
        raise wrong(expected, value)
    return float(exponent) + 0.0


def read_yes_no(value: Any) -> bool:
    """true or false, nothing that merely looks like it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip() in ("true", "false"):
        return value.strip() == "true"
    raise wrong("true or false", value)


def read_id(value: Any) -> str:
    """A short name for files and tables: a letter, then letters, digits, '_', '-' or '.'."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise wrong("an id: a letter, then up to 63 letters, digits, '_', '-' or '.'", value)
    if value.lower() in _RESERVED:
        raise wrong(
            "an id other than " + ", ".join(sorted(_RESERVED)),
            value,
            "these words stand for totals in tables",
        )
    return value


def read_name(value: Any) -> str:
    """A name as people read it, without control characters or marks that turn the line around."""
    if not isinstance(value, str) or not value.strip():
        raise wrong("a name", value)
    if len(value) > LONGEST_NAME:
        raise wrong(f"a name of at most {LONGEST_NAME} characters", value)
    for sign in value:
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"):
            raise wrong("a name of visible characters", value, f"take out the character U+{ord(sign):04X}")
    return value.strip()


Cents = TypeAliasType(
    "Cents",
    Annotated[
        int,
        Interval(ge=0, le=MOST_CENTS),
        BeforeValidator(read_money, json_schema_input_type=int | float | str),
        PlainSerializer(money_text),
    ],
)
"""Money: whole cents, written in currency units."""

Aggregate = TypeAliasType(
    "Aggregate",
    Annotated[
        float,
        Interval(ge=0, le=MOST_AGGREGATE),
        BeforeValidator(read_aggregate, json_schema_input_type=int | float | str),
        PlainSerializer(aggregate_text),
    ],
)
"""A figure of a whole economy, such as its product: cents, written in currency units; no money is moved by it."""

Fraction = TypeAliasType(
    "Fraction",
    Annotated[
        float,
        Interval(ge=0, le=1),
        BeforeValidator(read_share, json_schema_input_type=str),
        PlainSerializer(share_text),
    ],
)
"""A share or probability, written with its percent sign."""

Spread = TypeAliasType(
    "Spread",
    Annotated[
        float,
        Interval(ge=0, le=3),
        BeforeValidator(read_spread, json_schema_input_type=str),
        PlainSerializer(share_text),
    ],
)
"""A standard deviation of logarithms, written with its percent sign."""

Growth = TypeAliasType(
    "Growth",
    Annotated[
        float,
        Interval(ge=-0.5, le=1),
        BeforeValidator(read_growth, json_schema_input_type=str),
        PlainSerializer(share_text),
    ],
)
"""A yearly rate of growth, written with its percent sign; may be negative."""

Factor = TypeAliasType(
    "Factor",
    Annotated[
        float,
        Interval(ge=0, le=10),
        BeforeValidator(read_factor, json_schema_input_type=str),
        PlainSerializer(share_text),
    ],
)
"""A factor, or an increase, written with its percent sign; may be above 100%."""

Correlation = TypeAliasType(
    "Correlation",
    Annotated[
        float,
        Interval(ge=-1, le=1),
        BeforeValidator(read_correlation, json_schema_input_type=str),
        PlainSerializer(share_text),
    ],
)
"""A correlation, written with its percent sign; may be negative."""

Change = TypeAliasType(
    "Change",
    Annotated[
        float,
        Interval(ge=-0.9, le=3),
        BeforeValidator(read_change, json_schema_input_type=str),
        PlainSerializer(share_text),
    ],
)
"""A change of a level, written with its percent sign; may be negative."""

ExchangeRate = TypeAliasType(
    "ExchangeRate",
    Annotated[
        Decimal,
        BeforeValidator(read_exchange_rate, json_schema_input_type=float | str),
        PlainSerializer(lambda rate: f"{rate.normalize():f}"),
    ],
)
"""What one unit of a currency is worth in the fund's."""

Lag = TypeAliasType(
    "Lag", Annotated[int, BeforeValidator(read_whole, json_schema_input_type=int), Interval(ge=0, le=40)]
)
"""A number of quarters."""

Year = TypeAliasType(
    "Year",
    Annotated[int, BeforeValidator(read_whole, json_schema_input_type=int), Interval(ge=2000, le=2200)],
)
"""A calendar year."""

Count = TypeAliasType(
    "Count", Annotated[int, BeforeValidator(read_whole, json_schema_input_type=int), Interval(ge=0, le=1000)]
)
"""A small whole number."""

Exponent = TypeAliasType(
    "Exponent",
    Annotated[
        float,
        Interval(ge=-4, le=4),
        BeforeValidator(read_exponent, json_schema_input_type=float),
    ],
)
"""An exponent of a formula, in steps of 0.125."""

QuarterOfYear = TypeAliasType(
    "QuarterOfYear",
    Annotated[
        int,
        BeforeValidator(read_quarter_of_year, json_schema_input_type=str),
        PlainSerializer(lambda quarter: f"Q{quarter}"),
    ],
)
"""Q1 to Q4."""

YesNo = TypeAliasType("YesNo", Annotated[bool, BeforeValidator(read_yes_no, json_schema_input_type=bool)])
"""true or false."""

Id = TypeAliasType("Id", Annotated[str, BeforeValidator(read_id, json_schema_input_type=str), MinLen(1), MaxLen(64)])
"""A short name for files and tables."""

Name = TypeAliasType(
    "Name", Annotated[str, BeforeValidator(read_name, json_schema_input_type=str), MaxLen(LONGEST_NAME)]
)
"""A name as people read it."""

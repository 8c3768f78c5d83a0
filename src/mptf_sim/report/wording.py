"""Numbers in words: money, shares, chances and their errors, as people say them."""

from __future__ import annotations

from math import ceil, isfinite, isnan, log10

SPACE = "\u00a0"
"""Between a number and its unit: no line may end there."""

LONGEST_NAME = 34


def money(cents: float, currency: str = "USD") -> str:
    """An amount to about three digits: USD 12.4 M."""
    if isnan(cents):
        return "unknown"
    amount = cents / 100
    if round(abs(amount)) < 100_000:
        return f"{currency}{SPACE}{_plain(float(f'{amount:.3g}'), 0)}"
    millions = amount / 1e6
    decimals = 2 if abs(millions) < 9.995 else 1 if abs(millions) < 999.95 else 0
    return f"{currency}{SPACE}{_plain(millions, decimals)}{SPACE}M"


def money_with_error(cents: float, standard_error: float, currency: str = "USD") -> str:
    """An amount with two standard errors of its mean: USD 66.3 ± 0.5 M."""
    if isnan(standard_error) or standard_error == 0.0 or isnan(cents):
        return money(cents, currency)
    error = 2 * standard_error / 1e8
    if abs(cents) < 100_000_00 or error < 0.005:  # in units: in millions it would read 0.00
        return f"{money(cents, currency)}{SPACE}±{SPACE}{money(2 * standard_error, currency).removeprefix(currency + SPACE)}"
    decimals = min(max(2 - _digits(error), 0), 1 if abs(cents) >= 1e10 else 2)
    return f"{currency}{SPACE}{_plain(cents / 1e8, decimals)}{SPACE}±{SPACE}{_plain(error, decimals)}{SPACE}M"


def share(fraction: float) -> str:
    """A share: 18 %, below ten percent 1.8 %."""
    if isnan(fraction):
        return "unknown"
    percent = 100 * fraction
    if 0 < percent < 0.05:
        return f"less than 0.1{SPACE}%"
    return f"{_plain(percent, 1 if abs(percent) < 9.95 and percent != 0 else 0)}{SPACE}%"


def share_with_error(fraction: float, standard_error: float) -> str:
    """A share with two standard errors, in percentage points: 18.2 ± 0.1 %."""
    if isnan(standard_error) or standard_error == 0.0 or isnan(fraction):
        return share(fraction)
    error = 200 * standard_error
    return f"{_plain(100 * fraction, 1)}{SPACE}±{SPACE}{_plain(max(error, 0.1), 1)}{SPACE}%"


def chance(probability: float, standard_error: float, paths: int) -> str:
    """How often something happens, with two standard errors; what never happened may still have a small chance."""
    if paths == 1:
        return f"{probability:.0f} of 1 path"
    # Rule of three: what is not seen in n paths has, with 95 % confidence, a chance below 3/n.
    unseen = 300 / paths
    decimals = max(1, ceil(-log10(unseen)))  # so that it is neither 0.0 % nor 100.0 %
    if probability == 0.0:
        return f"none of {paths:,} paths (a chance below {_plain(min(unseen, 100), decimals)}{SPACE}%)"
    if probability == 1.0:
        return f"all {paths:,} paths (a chance above {_plain(max(100 - unseen, 0), decimals)}{SPACE}%)"
    return f"{share_with_error(probability, standard_error)} of paths"


def one_in_twenty(paths: int, low: str, worst: str) -> str:
    """How to speak of the fifth percentile: with fewer than twenty paths it is the worst one."""
    return low if paths >= 20 else worst


def count(number: float) -> str:
    """How many, with one decimal below ten: 9.8 instalments, 118 instalments."""
    if isnan(number):
        return "unknown"
    whole = float(number).is_integer() or abs(number) >= 9.95
    return _plain(number, 0 if whole else 1)


def plural(number: int, noun: str) -> str:
    """One donor, two donors."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shortened(name: str, longest: int = LONGEST_NAME) -> str:
    """A name that fits beside a bar."""
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def _digits(number: float) -> int:
    """Digits before the decimal point of the leading figure; 1 for 3.2, 0 for 0.32, -1 for 0.032."""
    return int(log10(number) // 1) + 1 if number > 0 and isfinite(number) else 1


def _plain(number: float, decimals: int) -> str:
    """With commas, and never a negative zero."""
    text = f"{number:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text

"""Every quantity has a name, a source and plain answers, and refuses by name what it cannot mean."""

from __future__ import annotations

import inspect
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mptf_sim.errors import ArgumentError, UsageError
from mptf_sim.formulas.catalogue import QUANTITIES, answer
from tests.formulas.examples import EXAMPLES

ROOT = Path(__file__).parents[2]
ARGUMENTS = [(quantity, name) for quantity, arguments in EXAMPLES.items() for name in arguments]
NUMBERS = [(quantity, name) for quantity, name in ARGUMENTS if isinstance(EXAMPLES[quantity][name], (int, float))]
LISTS = [(quantity, name) for quantity, name in ARGUMENTS if isinstance(EXAMPLES[quantity][name], list)]
WORDS = [(quantity, name) for quantity, name in ARGUMENTS if isinstance(EXAMPLES[quantity][name], str)]

ALIKE = [
    (quantity, name)
    for quantity, names in {
        "grant_element": ("rate", "discount", "rate_repay"),
        "grant_element_schedule": ("rate", "discount"),
        "grant_element_stepped": ("charge", "discount"),
        "soft_loan_grant_equivalent": ("principal", "subsidy", "reference"),
        "oda_grant_equivalent": ("face", "rate"),
        "mobilised_guarantee": ("face",),
        "vasicek_quantile": ("pd", "rho", "q"),
        "vasicek_tail_prob": ("pd", "rho", "x"),
        "vasicek_standardised_quantile": ("pd", "rho", "q"),
        "portfolio_credit_loss": ("exposure", "pd", "lgd", "rho", "q"),
        "lhp_tranche_el": ("pd", "lgd", "rho", "attach", "detach"),
        "takahashi_alexander": ("commitment", "growth", "yld", "bow"),
        "npv": ("rate",),
        "level_payment": ("rate", "n", "pv"),
        "es_discrete": ("tail",),
        "es_normal": ("alpha", "mu", "sigma"),
        "es_lognormal": ("alpha", "mu", "sigma"),
        "se_quantile_normal": ("alpha", "n"),
        "se_es_normal": ("alpha", "n"),
        "water_fill": ("capacity",),
        "talmud_rule": ("estate",),
        "constrained_equal_losses": ("estate",),
        "ida_cpr": ("cpia_abc", "cpia_d", "portfolio"),
        "adf_cpa": ("cpia_abc", "cpia_d", "cpia_e", "portfolio"),
    }.items()
    for name in names
]
"""Arguments that may hold many numbers, each worked on alike."""

ALIKE_BY_COLUMN = [
    (quantity, name)
    for quantity, names in {
        "mobilised_guarantee": ("guaranteed",),
        "npv": ("cf",),
        "es_discrete": ("outcomes", "probs"),
        "gini": ("x", "w"),
        "theil_t": ("x",),
        "theil_l": ("x",),
        "water_fill": ("demands", "weights", "floors"),
        "talmud_rule": ("claims",),
        "constrained_equal_losses": ("claims",),
        "pba_shares": ("cpr", "pop", "gnipc"),
    }.items()
    for name in names
]
"""Lists that may hold a column for each path."""


def test_every_quantity_has_an_example_with_all_its_arguments():
    assert set(EXAMPLES) == set(QUANTITIES)
    for quantity, arguments in EXAMPLES.items():
        assert list(arguments) == list(inspect.signature(QUANTITIES[quantity]).parameters)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_quantity_answers_in_plain_finite_numbers(quantity):
    found = answer(quantity, EXAMPLES[quantity])

    assert isinstance(found, (float, list))
    for number in found if isinstance(found, list) else [found]:
        assert type(number) is float
        assert math.isfinite(number)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_quantity_says_what_it_is_and_where_it_comes_from(quantity):
    told = inspect.getdoc(QUANTITIES[quantity])

    assert told.splitlines()[0].endswith((".", ":", "of")) or told.split("\n\n")[0].endswith(".")
    assert "\nParameters\n" in told
    assert "\nSource: " in told


@pytest.mark.parametrize(("quantity", "name"), NUMBERS)
@pytest.mark.parametrize(
    "wrong", [math.nan, math.inf, -math.inf, True, "3", {}, 10**400, np.float64("nan"), np.True_, [[1.0], [1.0, 2.0]]]
)
def test_no_number_is_anything_but_a_finite_number(quantity, name, wrong):
    with pytest.raises(ArgumentError) as refused:
        QUANTITIES[quantity](**EXAMPLES[quantity] | {name: wrong})

    assert refused.value.argument == name
    assert str(refused.value).startswith(f"{name}: expected ")


@pytest.mark.parametrize(("quantity", "name"), LISTS)
@pytest.mark.parametrize("wrong", [[], 3.0, "1, 2", None, [math.nan], [True], ["1"], [None], [[[[1.0]]]], {}])
def test_no_list_is_empty_or_holds_anything_but_finite_numbers(quantity, name, wrong):
    optional = inspect.signature(QUANTITIES[quantity]).parameters[name].default is None
    if wrong is None and optional:
        assert answer(quantity, EXAMPLES[quantity] | {name: None}) == answer(
            quantity, {other: value for other, value in EXAMPLES[quantity].items() if other != name}
        )
        return
    with pytest.raises(ArgumentError) as refused:
        QUANTITIES[quantity](**EXAMPLES[quantity] | {name: wrong})

    assert refused.value.argument.startswith(name)


@pytest.mark.parametrize(("quantity", "name"), WORDS)
def test_a_word_that_means_nothing_is_told_the_nearest_that_does(quantity, name):
    right = EXAMPLES[quantity][name]
    for wrong in (right + "x", None, 3, ["total"], right.swapcase()):
        with pytest.raises(ArgumentError, match=f"^{name}: expected one of ") as refused:
            QUANTITIES[quantity](**EXAMPLES[quantity] | {name: wrong})
        if isinstance(wrong, str):
            assert refused.value.advice == f"did you mean {right!r}?"


@pytest.mark.parametrize(("quantity", "name"), ALIKE)
def test_many_numbers_are_answered_as_each_alone(quantity, name):
    given = EXAMPLES[quantity]
    many = [given[name], given[name] * 0.9, given[name] * 0.5]

    together = np.asarray(QUANTITIES[quantity](**given | {name: np.array(many)}))

    alone = np.stack([np.asarray(QUANTITIES[quantity](**given | {name: one})) for one in many], axis=-1)
    assert together.shape == alone.shape
    np.testing.assert_allclose(together, alone, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("quantity", "name"), ALIKE_BY_COLUMN)
def test_many_lists_are_answered_as_each_alone(quantity, name):
    given = EXAMPLES[quantity]
    one = np.array(given[name])
    other = one[::-1].copy() if name == "probs" else one * 0.75  # probabilities are to add up to 1

    together = np.asarray(QUANTITIES[quantity](**given | {name: np.stack([one, other], axis=1)}))

    alone = [np.asarray(QUANTITIES[quantity](**given | {name: column})) for column in (one, other)]
    np.testing.assert_allclose(together, np.stack(alone, axis=-1), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_arguments_are_left_as_they_were(quantity):
    given = {
        name: np.array(value) if isinstance(value, list) and isinstance(value[0], float) else value
        for name, value in EXAMPLES[quantity].items()
    }
    before = {name: np.array(value, copy=True) for name, value in given.items() if isinstance(value, np.ndarray)}

    QUANTITIES[quantity](**given)

    for name, value in before.items():
        assert (given[name] == value).all()


@pytest.mark.parametrize(
    ("quantity", "arguments", "told"),
    [
        ("grant_elemnt", {}, "unknown quantity 'grant_elemnt'; did you mean 'grant_element'?"),
        ("zzz", {}, "unknown quantity 'zzz'"),
        (None, {}, "quantity: expected its name, found nothing"),
        (3, {}, "quantity: expected its name, found no text"),
        ("npv", {"cf": [1]}, "npv: missing argument rate"),
        ("npv", {}, "npv: missing arguments rate, cf"),
        ("npv", {"rate": 0, "cf": [1], "cfs": 1}, "npv: unknown argument 'cfs'; did you mean 'cf'?"),
        ("npv", {"Rate": 0, "cf": [1]}, "npv: unknown argument 'Rate'; did you mean 'rate'?; missing argument rate"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_the_nearest(quantity, arguments, told):
    with pytest.raises(UsageError) as refused:
        answer(quantity, arguments)

    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("quantity", "arguments"),
    [
        ("npv", {"rate": -0.999999, "cf": [1.0] * 100}),
        ("es_lognormal", {"alpha": 0.5, "sigma": 1e3}),
        ("level_payment", {"rate": 1e300, "n": 1, "pv": 1e300}),
        ("cdo_spreads", EXAMPLES["cdo_spreads"] | {"hazard": 1e308}),
        ("takahashi_alexander", EXAMPLES["takahashi_alexander"] | {"growth": 1e300}),
    ],
)
def test_numbers_too_large_to_hold_are_said_so_instead_of_infinity(quantity, arguments):
    with pytest.raises(UsageError, match=f"^{quantity}: the arguments lead to"):
        answer(quantity, arguments)


def test_the_formulas_load_no_more_than_numpy_until_they_need_it():
    heavy = "{'scipy', 'pandas', 'pydantic', 'matplotlib', 'duckdb'}"
    code = f"import sys, mptf_sim.formulas.catalogue; assert not {heavy} & set(sys.modules), sorted(sys.modules)"
    subprocess.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r}); {code}"], check=True)


def test_every_quantity_stands_in_the_document_in_its_file():
    document = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")

    rows = [line.split("|")[1:4] for line in document.splitlines() if line.startswith("| `")]

    told = {name.strip(" `"): file.strip(" `") for name, file, _ in rows}
    assert told == {name: formula.__module__.rpartition(".")[2] for name, formula in QUANTITIES.items()}

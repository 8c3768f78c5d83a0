"""Figures: drawn from the tables alone, with their numbers beside them, the same bytes every time."""

import hashlib
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from mptf_sim.errors import UsageError
from mptf_sim.report import plot
from mptf_sim.report.figures import FIGURES, OF_DEALS, data_of, figure_named, write_figures
from mptf_sim.report.style import DARK, GOLD, INK, MIDDLE, PALE, WARM, figure_of, svg
from tests.report.worlds import HOSTILE, played


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("figures")
    write_figures(played(), folder)
    return folder


def test_every_figure_stands_in_the_folder_with_its_numbers(written):
    expected = {f"{one.name}.{suffix}" for one in FIGURES for suffix in ("svg", "png", "csv")}
    assert {path.name for path in written.iterdir()} == expected


@pytest.mark.parametrize("one", FIGURES, ids=lambda one: one.name)
def test_the_numbers_beside_a_figure_are_those_it_draws(one, written):
    stored = pd.read_csv(written / f"{one.name}.csv")
    drawn = data_of(one.name, played()).replace("", float("nan"))  # an empty cell is an empty word

    assert list(stored.columns) == list(drawn.columns)
    pd.testing.assert_frame_equal(stored, drawn, check_dtype=False, rtol=1e-11)


def test_figures_are_the_same_bytes_in_another_process(written, tmp_path):
    code = (
        "import sys; from pathlib import Path; from tests.report.worlds import played; "
        "from mptf_sim.report.figures import write_figures; write_figures(played(), Path(sys.argv[1]))"
    )
    root = Path(__file__).parents[2]
    environment = os.environ | {
        "PYTHONHASHSEED": "12345",
        "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)]),
    }
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment, cwd=root)

    assert {path.name: digest(path) for path in written.iterdir()} == {
        path.name: digest(path) for path in tmp_path.iterdir()
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "name", [name for name in plot.__all__ if name not in {"comparison", *(one.name for one in OF_DEALS)}]
)
def test_a_figure_is_drawn_on_the_axes_it_is_given_and_asks_a_question(name):
    draw = getattr(plot, name)
    axes = Figure().add_subplot()

    assert draw(played(), ax=axes) is axes
    assert axes.has_data()
    assert inspect.getdoc(draw).splitlines()[0].endswith("?")


def test_drawing_changes_no_setting_of_the_user_and_needs_no_window():
    code = (
        "import matplotlib, sys\n"
        "def settings(): return {name: matplotlib.rcParams[name] for name in matplotlib.rcParams if name != 'backend'}\n"
        "before = settings()\n"
        "from tests.report.worlds import played; from mptf_sim.report import plot\n"
        "plot.fan(played(paths=1)); assert settings() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=root)


@pytest.mark.parametrize("account", ["deposits", "programmes_running", "owed_to_programmes", "instalments_waiting"])
def test_a_fan_can_be_drawn_of_any_account(account):
    axes = plot.fan(played(), account)
    assert account.replace("_", " ").capitalize() in axes.get_ylabel()


def test_an_unknown_account_or_figure_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="unknown account 'gold'; the fund's accounts are agent_fees"):
        plot.fan(played(), "gold")
    with pytest.raises(UsageError, match="unknown figure 'pie'; the figures are frontier"):
        figure_named("pie")


def test_names_are_text_in_a_figure_and_never_formulas_or_tags():
    drawn = svg(figure_of(plot.deposits_by_donor(played(name="Hostile", label=HOSTILE))))

    assert "&lt;img src=x" in drawn
    assert "<img" not in drawn
    assert "<script" not in drawn


def test_colours_that_meet_in_one_figure_differ_in_lightness():
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return 116 * luminance ** (1 / 3) - 16

    for first, second in ((DARK, MIDDLE), (MIDDLE, PALE), (DARK, GOLD), (DARK, WARM), (MIDDLE, INK), (WARM, PALE)):
        assert abs(lightness(first) - lightness(second)) > 15

"""The page: one file, nothing fetched, nothing run, everything named; what people wrote stays text."""

import re
from html.parser import HTMLParser

import pytest

from mptf_sim.errors import UsageError
from mptf_sim.report import write_report
from mptf_sim.report.figures import FIGURES
from mptf_sim.report.page import html
from tests.report.worlds import EDGES, HOSTILE, played

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Reading(HTMLParser):
    """A page as a browser takes it apart."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def page() -> str:
    return html(played())


@pytest.fixture(scope="module")
def hostile() -> str:
    return html({"calm": played(), HOSTILE: played(name=HOSTILE, label=HOSTILE)})


def test_the_page_is_the_same_bytes_twice(page, tmp_path):
    assert write_report(played(), tmp_path / "report.html").read_bytes() == page.encode("utf-8")


def test_the_page_fetches_nothing_and_runs_nothing(page):
    reading = Reading(page)

    assert not reading.open, "every tag is closed"
    assert not {"script", "link", "iframe", "object", "base", "form", "img"} & {tag for tag, _ in reading.tags}
    for _, attributes in reading.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("src") is None
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\((?!#)", page)
    assert "http://" not in page
    assert "@import" not in page


def test_ids_are_unique_and_every_link_finds_its_place(page, hostile):
    for one in (page, hostile):
        tags = Reading(one).tags
        ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
        links = {attributes["href"] for _, attributes in tags if "href" in attributes}
        assert len(ids) == len(set(ids))
        assert {link[1:] for link in links} <= set(ids)


def test_every_figure_is_named_for_those_who_do_not_see_it(page):
    tags = Reading(page).tags
    drawings = [attributes for tag, attributes in tags if tag == "svg"]
    ids = {attributes.get("id") for _, attributes in tags}

    assert len(drawings) == len(FIGURES)
    for attributes in drawings:
        assert attributes["role"] == "img"
        assert set(attributes["aria-labelledby"].split()) <= ids
    for one in FIGURES:
        finding = one.finding(played())
        assert page.count(f">{finding.replace(chr(39), '&#x27;')}</title>") == 1


def test_what_people_wrote_stays_text(hostile):
    reading = Reading(hostile)

    assert not {"script", "img"} & {tag for tag, _ in reading.tags}
    assert "<img src=x" in "".join(reading.texts), "it is shown as it was written"
    assert "{{7*7}}" in "".join(reading.texts)
    assert hostile.count("</svg>") == 2 * len(FIGURES)
    for _, attributes in reading.tags:
        assert not any(name.startswith("on") for name in attributes)


def test_the_answers_stand_before_the_figures(page):
    text = Reading(page).text
    asked = (
        "How much can be approved at the first meeting?",
        "Will instalments wait for cash?",
        "Will instalments be released in time?",
        "How much of the plans' needs is covered?",
        "How large is the funding gap?",
        "What rests on assumptions?",
        "What the run shows",
        "Cash and obligations ahead",
        "Source and use of funds",
        "All metrics",
        "What the numbers rest on",
        "mptf-sim run scenario.yaml --paths 40 --seed 3 --out again",
        played().manifest["result_digest"],
        "What the model does not say",
    )
    places = [
        text.rindex(words) if words == "What the model does not say" else text.index(words) for words in asked[:7]
    ]
    assert places == sorted(places)
    assert all(words in text for words in asked)


def test_each_answer_leads_to_the_figure_that_shows_it(page):
    from mptf_sim.report.answers import answers

    shown = [answer.figure for answer in answers(played()) if answer.figure]
    assert len(shown) >= 10
    assert set(shown) <= {one.name for one in FIGURES}
    assert all(f'href="#run1-figure-{name}">See the figure' in page for name in shown)


def test_the_page_says_how_old_its_data_is_and_has_room_for_signatures(page):
    from mptf_sim.report.printed_results import SIGNATURES, vintage

    rows = dict(vintage(played()).rows)
    assert rows["Certified statement"] == "none"
    assert rows["First quarter played"] == "2026-Q1"
    text = Reading(page).text
    soft = (played().evidence["kind"] != "sourced").sum()
    assert f"{soft} of whose {len(played().evidence)} numbers are assumptions" in text
    assert all(role in text for role, _ in SIGNATURES)


def test_the_median_path_adds_up_to_the_cent_as_it_is_printed(page):
    from mptf_sim.report.printed_money import statement_overview

    def cents(text: str) -> int:
        return int(text.replace(",", "").replace(".", ""))

    (printed,) = statement_overview(played(), "median_path")
    lines = {row[0]: [cents(cell) for cell in row[1:]] for row in printed.rows}
    for column in range(len(printed.heads) - 1):
        line = {name: values[column] for name, values in lines.items()}
        sources = line["Contributions from donors"] + line["Fund interest"]
        uses = line["Net funded amount"] + line["Administrative agent fee"] + line["Direct cost (secretariat)"]
        assert line["Total: sources of funds"] == sources
        assert line["Total: uses of funds"] == uses
        assert line["Closing fund cash"] == line["Opening fund cash"] + sources - uses
    assert all(cell in page for row in printed.rows for cell in row)


def test_nothing_that_differs_between_two_runs_of_one_scenario_is_printed(page):
    from dataclasses import replace

    tables = played()
    other = tables.manifest | {
        "started": "2001-01-01",
        "seconds": {"all": 12.3},
        "machine": {"system": "Else"},
        "workers": 7,
    }
    assert html(replace(tables, manifest=other)) == page


def test_optional_entries_of_the_manifest_may_be_missing():
    from dataclasses import replace

    tables = played()
    assert "Small fund" in html(replace(tables, manifest={"scenario": "Small fund"}))


def test_several_runs_stand_in_one_file_each_under_its_name(hostile):
    text = Reading(hostile).text
    assert "The runs side by side" in text
    assert {"run1", "run2"} <= {attributes.get("id") for _, attributes in Reading(hostile).tags}


@pytest.mark.parametrize("terms", EDGES.values(), ids=EDGES)
def test_the_page_copes_with(terms):
    page = html(played(**terms))

    reading = Reading(page)
    assert not reading.open
    assert "nan" not in re.findall(r"\b[a-z]+\b", reading.text)
    assert page.count("<svg") == len(FIGURES)


def test_a_report_needs_a_run_and_a_known_ending(tmp_path):
    with pytest.raises(UsageError, match="at least one run"):
        write_report({}, tmp_path / "report.html")
    with pytest.raises(UsageError, match=r"ends in \.html or \.pdf"):
        write_report(played(), tmp_path / "report.doc")

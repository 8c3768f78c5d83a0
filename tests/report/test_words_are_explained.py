"""Whatever a report counts, names or checks has its words, here and in the glossary."""

import subprocess
import sys
from pathlib import Path

from mptf_sim.books import ACCOUNTS, FINANCE_ACCOUNTS
from mptf_sim.engine.run import simulate
from mptf_sim.measures import blended_metrics
from mptf_sim.report.names import CHECKS, EVIDENCE, METRICS
from tests.journals.worlds import blending_path
from tests.report.worlds import played

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")


def test_every_metric_has_a_name_and_stands_in_the_glossary_with_its_unit_and_bad_tail():
    for _, row in played().kpis.drop_duplicates("metric").iterrows():
        assert row["metric"] in METRICS
        line = next(
            line
            for line in GLOSSARY.splitlines()
            if line.startswith(f"| `{row['metric']}` |") and row["bad_tail"] in line
        )
        assert f"| {row['unit']} | {row['bad_tail']} |" in line


def test_every_account_stands_in_the_glossary_with_its_kind_and_unit():
    for account in ACCOUNTS:
        assert f"| `{account.name}` | {account.kind} | {account.unit} | " in GLOSSARY


def test_every_account_of_facilities_and_deals_stands_there_too():
    for account in FINANCE_ACCOUNTS:
        assert f"| `{account.name}` | {account.kind} | {account.unit} | " in GLOSSARY


def test_every_metric_of_blending_has_a_name_and_stands_there():
    scenario, _ = blending_path()
    for one in blended_metrics.of_fund(simulate(scenario, 8, seed=7).columns):
        assert one.name in METRICS
        assert any(
            line.startswith(f"| `{one.name}` |") and line.endswith(f"| {one.unit} | {one.bad_tail} |")
            for line in GLOSSARY.splitlines()
        )


def test_every_check_a_run_makes_has_its_sentence():
    assert set(played().manifest["checks"]) <= set(CHECKS)


def test_every_class_of_evidence_has_its_words():
    assert set(played().evidence["kind"]) <= set(EVIDENCE)


def test_asking_for_a_report_loads_no_drawing_until_one_is_written():
    code = "import sys, mptf_sim.report; assert not {'matplotlib', 'pandas', 'jinja2', 'numpy'} & set(sys.modules)"
    source = str(Path(__file__).parents[2] / "src")
    subprocess.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {source!r}); {code}"], check=True)

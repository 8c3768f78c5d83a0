"""mptf_sim: the money of the Migration Multi-Partner Trust Fund, path by path, to the cent.

    import mptf_sim as ms

    baseline = ms.read_scenario("scenarios/baseline.yaml")
    run = ms.simulate(baseline, paths=1_000, seed=7)
    ms.kpis(run)

Names are loaded when they are first used: importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from mptf_sim.analysis.answers import tables_of
    from mptf_sim.analysis.comparison.blending import with_and_without
    from mptf_sim.analysis.comparison.compare import compare, compare_in_full
    from mptf_sim.analysis.explanation.explain import explain
    from mptf_sim.analysis.path_of_run import journal
    from mptf_sim.analysis.statements import statement
    from mptf_sim.engine.replay import replay
    from mptf_sim.engine.run import simulate
    from mptf_sim.errors import BrokenInvariant, MptfSimError, OutputError, Problem, ScenarioError, UsageError
    from mptf_sim.fund.plan_shocks import NeedsSurge, StateJoins
    from mptf_sim.fund.shocks import DonorCut, DonorExit, EarmarkingWave, ExchangeRateMove
    from mptf_sim.measures.funnel import dashboard, funnel
    from mptf_sim.measures.kpis import kpis
    from mptf_sim.report import plot, write_report
    from mptf_sim.runs.query import query
    from mptf_sim.scenario.read import read_scenario
    from mptf_sim.scenario.scenario import Scenario

_HOME = {
    "read_scenario": "mptf_sim.scenario.read",
    "Scenario": "mptf_sim.scenario.scenario",
    "DonorCut": "mptf_sim.fund.shocks",
    "DonorExit": "mptf_sim.fund.shocks",
    "EarmarkingWave": "mptf_sim.fund.shocks",
    "ExchangeRateMove": "mptf_sim.fund.shocks",
    "NeedsSurge": "mptf_sim.fund.plan_shocks",
    "StateJoins": "mptf_sim.fund.plan_shocks",
    "simulate": "mptf_sim.engine.run",
    "replay": "mptf_sim.engine.replay",
    "compare": "mptf_sim.analysis.comparison.compare",
    "compare_in_full": "mptf_sim.analysis.comparison.compare",
    "explain": "mptf_sim.analysis.explanation.explain",
    "with_and_without": "mptf_sim.analysis.comparison.blending",
    "journal": "mptf_sim.analysis.path_of_run",
    "statement": "mptf_sim.analysis.statements",
    "dashboard": "mptf_sim.measures.funnel",
    "funnel": "mptf_sim.measures.funnel",
    "kpis": "mptf_sim.measures.kpis",
    "query": "mptf_sim.runs.query",
    "tables_of": "mptf_sim.analysis.answers",
    "write_report": "mptf_sim.report",
    "MptfSimError": "mptf_sim.errors",
    "ScenarioError": "mptf_sim.errors",
    "UsageError": "mptf_sim.errors",
    "OutputError": "mptf_sim.errors",
    "BrokenInvariant": "mptf_sim.errors",
    "Problem": "mptf_sim.errors",
}

__all__ = [
    "BrokenInvariant", "DonorCut", "DonorExit", "EarmarkingWave", "ExchangeRateMove", "MptfSimError", "NeedsSurge", "OutputError", "Problem", "Scenario",
    "ScenarioError", "StateJoins", "UsageError", "__version__", "compare", "compare_in_full", "dashboard", "explain", "funnel", "journal", "kpis", "plot", "query",
    "read_scenario", "replay", "simulate", "statement", "tables_of", "with_and_without", "write_report",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "plot":
        return import_module("mptf_sim.report.plot")
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'mptf_sim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)

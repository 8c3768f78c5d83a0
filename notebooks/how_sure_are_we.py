# %% [markdown]
# # How sure are we?
#
# Three kinds of doubt stand beside every figure. How many futures were played: that error is computed, and shrinks with
# their number. What an assumption may be wrong by: no number of futures shows that. And whether the same question gives the
# same answer again: it does, to the last bit.

# %%
import pandas as pd

import mptf_sim as ms

# %matplotlib inline

baseline = ms.read_scenario("../scenarios/baseline.yaml")

# %% [markdown]
# ## The error of a finite number of futures
#
# The standard error of a mean falls with the square root of the number of paths: four times as many, half the error.

# %%
PATHS = (64, 256, 1024)
runs = {paths: ms.simulate(baseline, paths=paths, seed=7) for paths in PATHS}
rows = []
for paths, run in runs.items():
    fund = ms.kpis(run).query("scope_kind == 'fund'").set_index("metric")
    rows.append((paths, fund.at["transfers", "mean"] / 100e6, fund.at["transfers", "se"] / 100e6))
error = pd.DataFrame(rows, columns=["paths", "transfers, USD M", "standard error"])
error.round(3)

# %% [markdown]
# Other seeds are other futures: their means lie within the error that one of them states.

# %%
seeds = [ms.kpis(ms.simulate(baseline, paths=256, seed=seed)).set_index(["metric", "scope"]) for seed in range(1, 6)]
means = [table.at[("transfers", ""), "mean"] / 100e6 for table in seeds]

from matplotlib.figure import Figure

figure = Figure(figsize=(7, 3.4), layout="constrained")
axes = figure.add_subplot()
axes.errorbar(error["paths"], error.iloc[:, 1], yerr=2 * error.iloc[:, 2], marker="o", capsize=4, linestyle="none",
              color="#12436d", label="seed 7, ± two standard errors")  # fmt: skip
axes.plot([256] * len(means), means, linestyle="none", marker="x", color="#c8551b", label="other seeds")
axes.set_xscale("log", base=2)
axes.set_xticks(PATHS, labels=[str(paths) for paths in PATHS])
axes.set_xlabel("paths")
axes.set_ylabel("transfers, mean, USD M")
axes.legend(frameon=False)
axes.grid(color="#dddddd")
figure

# %% [markdown]
# ## What rests on assumptions
#
# Every number of the scenario is published, computed from published data, or assumed. Most are assumed: the public record
# on this fund is thin.

# %%
tables = ms.tables_of(runs[256], with_frontier=False)
tables.evidence["kind"].value_counts().to_frame("numbers")

# %% [markdown]
# What an assumption is worth is seen by changing it. Here the largest donor gives half:

# %%
half = baseline.with_shock(ms.DonorCut(donors=["DEU"], start="2026-Q1", share="50%"))
runs_of_both = {"as assumed": runs[1024], "half": ms.simulate(half, paths=1024, seed=7)}
changed = ms.compare(runs_of_both, against="as assumed").query("scope_kind == 'fund'").set_index("metric")
moved, covered = changed.loc["transfers"], changed.loc["coverage"]
print(f"Transfers: USD {moved['difference'] / 100e6:.1f} ± {2 * moved['se'] / 100e6:.1f} M, {moved['verdict']}")
print(f"Coverage: {100 * covered['difference']:.2f} ± {200 * covered['se']:.2f} points, {covered['verdict']}")

# %% [markdown]
# ## The same answer again
#
# The digest of a result depends on scenario, data, seed, paths and version alone. The command line gives the same:
# `mptf-sim run scenarios/baseline.yaml --paths 64 --seed 7`.

# %%
print(f"result_digest {runs[64].result_digest}")

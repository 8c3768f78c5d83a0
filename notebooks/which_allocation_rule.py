# %% [markdown]
# # Which allocation rule?
#
# The Committee may take the best documents first with an eye on balance (the baseline), give all the same (equal awards),
# or follow a formula of need, performance, capacity and income (performance based). All three are played on the same
# futures.

# %%
import pandas as pd

import mptf_sim as ms

# %matplotlib inline

NAMES = {"best first": "baseline", "equal awards": "equal_awards", "by formula": "performance_based"}
runs = {
    name: ms.simulate(ms.read_scenario(f"../scenarios/{file}.yaml"), paths=300, seed=7) for name, file in NAMES.items()
}

# %% [markdown]
# ## What each rule brings

# %%
METRICS = ("programmes_approved", "approvals", "direct_delivery", "coverage", "chance_instalment_waits_for_cash")
rows = []
for name, run in runs.items():
    fund = ms.kpis(run).query("scope_kind == 'fund'").set_index("metric")
    rows.append({"rule": name, **{metric: fund.at[metric, "mean"] for metric in METRICS}})
found = pd.DataFrame(rows).set_index("rule")
found[["approvals", "direct_delivery"]] /= 100e6
found.round(3)

# %% [markdown]
# ## Is the difference more than noise?

# %%
difference = ms.compare(runs, against="best first")
fund = difference[(difference["scope_kind"] == "fund") & difference["metric"].isin(METRICS)]
scale = fund["unit"].map({"cents": 1 / 100e6, "share": 100, "probability": 100}).fillna(1)
unit = fund["unit"].map({"cents": "USD M", "share": "points", "probability": "points"}).fillna(fund["unit"])
fund.assign(difference=fund["difference"] * scale, se=fund["se"] * scale, unit=unit)[
    ["run", "metric", "unit", "difference", "se", "verdict"]
].round(3)

# %% [markdown]
# ## How evenly delivery follows needs
#
# The dashed line is the fund's delivery against the needs of plans, those it serves least first: the nearer to the dotted
# line, the more evenly it serves them.

# %%
from matplotlib.figure import Figure

figure = Figure(figsize=(13, 4.4), layout="constrained")
for axes, (name, run) in zip(figure.subplots(1, 3, sharey=True), runs.items(), strict=True):
    ms.plot.concentration(run, ax=axes)
    axes.set_title(name)
figure

# %% [markdown]
# ## Which plans gain and which lose

# %%
plans = difference[(difference["metric"] == "coverage") & (difference["scope_kind"] == "plan")]
plans = plans.pivot(index="scope", columns="run", values="difference")
(100 * plans.sort_values("equal awards")).round(1)

# %% [markdown]
# # What would it take to close one national plan's gap?
#
# A ministry asks what of its plan is unfunded, year by year, and what a donor that earmarks money for its country would
# change. The plan is Kenya's here; change one word to ask for another.

# %%
import mptf_sim as ms

# %matplotlib inline

PLAN = "KEN"
baseline = ms.read_scenario("../scenarios/baseline.yaml")
tables = ms.tables_of(ms.simulate(baseline, paths=500, seed=7))

# %% [markdown]
# ## Needs, who pays by status, and what would be missing without the fund

# %%
ms.plot.plan_sources(tables, PLAN).figure

# %% [markdown]
# ## Where other plans stand

# %%
ms.plot.heat_map(tables).figure

# %% [markdown]
# ## A further donor for this country alone
#
# The same fund with a donor that signs a given amount each year from 2026 to 2030, earmarked for the country. The
# documents before the Committee limit what such money can do: beyond what they ask for it lies idle under its earmark.


# %%
def with_donor(yearly: int) -> ms.Scenario:
    """The baseline with a donor that gives so much a year for the country of the plan."""
    gifts = [{"due": f"{year}-Q1", "amount": yearly} for year in range(2026, 2031)]
    donor = {"id": "NEW", "name": "A donor for this plan", "earmark": {"countries": [PLAN]},
             "outlook": {"kind": "scheduled", "instalments": gifts}}  # fmt: skip
    file = baseline.dump()
    return ms.Scenario.model_validate(file | {"name": "With a donor for the plan", "donors": [*file["donors"], donor]})


YEARLY = (0, 1_000_000, 2_000_000, 4_000_000)
runs = {yearly: ms.simulate(with_donor(yearly) if yearly else baseline, paths=500, seed=7) for yearly in YEARLY}

# %%
import pandas as pd


def of_plan(run, metric: str) -> tuple[float, float]:
    """A metric of the plan, with two standard errors."""
    table = ms.kpis(run)
    row = table[(table["metric"] == metric) & (table["scope"] == PLAN)].iloc[0]
    return row["mean"], 2 * row["se"]


rows = []
for yearly, run in runs.items():
    gap, error = of_plan(run, "funding_gap")
    covered, _ = of_plan(run, "funded_share")
    rows.append((yearly / 1e6, gap / 100e6, error / 100e6, covered))
closing = pd.DataFrame(rows, columns=["USD M a year", "funding gap, USD M", "± two standard errors", "funded share"])
closing.round(3)

# %%
from matplotlib.figure import Figure

figure = Figure(figsize=(6, 3.4), layout="constrained")
axes = figure.add_subplot()
axes.errorbar(closing.iloc[:, 0], closing.iloc[:, 1], yerr=closing.iloc[:, 2], marker="o", capsize=3, color="#12436d")
axes.set_xlabel("earmarked for the plan, USD M a year, 2026 to 2030")
axes.set_ylabel("funding gap at the end, USD M")
axes.set_ylim(bottom=0)
axes.grid(color="#dddddd")
figure

# %% [markdown]
# ## Where the earmarked money stands
#
# Money that no document asks for waits under its earmark: the plan lacks documents then, not money.

# %%
ms.plot.unspent(ms.tables_of(runs[YEARLY[-1]])).figure

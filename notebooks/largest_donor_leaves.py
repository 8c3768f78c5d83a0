# %% [markdown]
# # If the largest donor leaves, which programmes stop, and when?
#
# The baseline beside a future in which Germany, the largest donor by expected gifts, leaves in the third quarter of 2027,
# between signature and deposit. Both are played on the same futures, so what differs is the departure and not the luck.

# %%
import mptf_sim as ms

# %matplotlib inline

stays = ms.read_scenario("../scenarios/baseline.yaml")
leaves = ms.read_scenario("../scenarios/largest_donor_leaves.yaml")
runs = {name: ms.simulate(one, paths=1_000, seed=7) for name, one in {"stays": stays, "leaves": leaves}.items()}

# %% [markdown]
# ## Cash, with the donor and without
#
# The two fans on one scale.

# %%
from matplotlib.figure import Figure

figure = Figure(figsize=(11, 3.8), layout="constrained")
left, right = figure.subplots(1, 2, sharey=True)
for axes, (name, run) in zip((left, right), runs.items(), strict=True):
    ms.plot.fan(run, "cash", ax=axes)
    axes.set_title(f"The largest donor {name}")
figure

# %% [markdown]
# ## What it moves, path by path
#
# Paired differences: each future against itself, so their error is far smaller than that of two separate runs. A difference
# smaller than two standard errors is noise.

# %%
difference = ms.compare(runs, against="stays")
moved = difference[(difference["scope_kind"] == "fund") & (difference["unit"] == "cents")].set_index("metric")
(moved[["difference", "se", "unpaired_se"]] / 100e6).round(2).assign(verdict=moved["verdict"])

# %% [markdown]
# ## Which programmes stop or slip, by name and quarter
#
# Of the first paths, how often each programme fares worse than it would have, and in which quarter (the median).

# %%
programmes = ms.compare_in_full(runs, against="stays").programmes
WORSE = ["never approved", "never paid", "cancelled", "stops", "slips", "smaller award"]
harm = programmes[programmes["event"].isin(WORSE) & (programmes["chance"] >= 0.10)]
harm[["name", "event", "chance", "quarter_against", "quarter"]].head(20)

# %% [markdown]
# ## On whom income depends

# %%
ms.plot.concentration(runs["stays"]).figure

# %% [markdown]
# # How much can the Committee approve at its next meeting?
#
# The Committee may approve against cash in hand, or lean on money that donors have signed and not yet deposited. The more
# it leans, the more it can approve now, and the likelier it is that some promised instalment waits for cash. This notebook
# plays the baseline on 1,000 futures and puts the choice on one page: what can be approved, at what risk, which documents
# it reaches, what falls due afterwards.

# %%
import mptf_sim as ms

# %matplotlib inline

baseline = ms.read_scenario("../scenarios/baseline.yaml")
run = ms.simulate(baseline, paths=1_000, seed=7)
tables = ms.tables_of(run)

# %% [markdown]
# ## Approvable amount against the chance of a missed instalment
#
# Each mark is a funding policy on the same futures; the ring is today's. To the right is more money for programmes,
# upwards more risk.

# %%
ms.plot.frontier(tables).figure

# %%
policies = tables.frontier.set_index("policy")
(policies[["first_approvable_mean_cents", "most_waiting_mean_cents"]] / 100e6).round(2).assign(
    chance_that_one_waits=policies["chance_waits_for_cash"].map("{:.1%}".format)
)

# %% [markdown]
# ## Which documents get it
#
# The documents before the Committee, the best score on top: what each asks for, what it is awarded on average, and what it
# would get if thematic and geographic balance had no weight.

# %%
ms.plot.documents(tables).figure

# %%
first = tables.documents[tables.documents["quarter"] == tables.documents["quarter"].min()]
first[["programme", "score_mean", "chance_approved", "main_reason", "chance_main_reason"]]

# %% [markdown]
# ## What falls due in the next eight quarters
#
# Instalments by what becomes of them, beside cash at each quarter's close. An instalment that *waits for cash* and one that
# is *not released* are two different things: the first is the fund's fault, the second waits for a report.

# %%
ms.plot.next_quarters(tables).figure

# %% [markdown]
# ## The answer, with its error

# %%
kpis = tables.kpis[tables.kpis["scope_kind"] == "fund"].set_index("metric")
amount, risk = kpis.loc["first_approvable"], kpis.loc["chance_instalment_waits_for_cash"]
print(f"Approvable: USD {amount['mean'] / 100e6:.2f} ± {2 * amount['se'] / 100e6:.2f} M")
print(f"Chance that an instalment ever waits for cash: {risk['mean']:.1%} ± {2 * risk['se']:.1%}")

"""One set of arguments for every quantity, all of them given: what the tests of all formulas start from."""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "grant_element": {
        "maturity": 25.0, "grace": 5.5, "freq": 2, "rate": 0.0125, "discount": 0.05, "profile": "annuity",
        "rate_repay": 0.02,
    },
    "grant_element_schedule": {
        "principal": [10.0, 0.0, 20.0, 5.0], "first": 1.5, "freq": 2, "rate": 0.01, "discount": 0.05,
    },
    "grant_element_stepped": {
        "steps": [[6, 25, 0.033], [26, 30, 0.068]], "charge": 0.02, "discount": 0.05, "freq": 2,
    },
    "soft_loan_grant_equivalent": {
        "principal": 500_000.0, "subsidy": 0.02, "reference": 0.08, "years": 10, "grace_years": 2, "output": "total",
    },
    "oda_grant_equivalent": {
        "face": 1_000.0, "group": "LMIC", "maturity": 20.0, "grace": 5.5, "freq": 2, "rate": 0.015,
    },
    "mobilised_guarantee": {"face": 10.0, "guaranteed": [5.0, 1.0]},
    "vasicek_quantile": {"pd": 0.02, "rho": 0.1, "q": 0.999},
    "vasicek_tail_prob": {"pd": 0.02, "rho": 0.1, "x": 0.1},
    "vasicek_standardised_quantile": {"pd": 0.02, "rho": 0.1, "q": 0.999},
    "portfolio_credit_loss": {"exposure": 100.0, "pd": 0.02, "lgd": 0.4, "rho": 0.1, "q": 0.999},
    "lhp_tranche_el": {"pd": 0.04, "lgd": 0.3, "rho": 0.2, "attach": 0.01, "detach": 0.1},
    "cdo_spreads": {
        "rho": 0.3, "tranches": [[0, 0.03], [0.03, 1.0]], "n": 20, "hazard": 0.01, "years": 2.0, "recovery": 0.4,
        "r": 0.05, "freq": 2, "nu_m": 5.0, "nu_z": 4.0,
    },
    "takahashi_alexander": {
        "commitment": 100.0, "rc": [0.25, 0.5], "life": 10, "growth": 0.08, "yld": 0.05, "bow": 1.2, "output": "nav",
    },
    "lic_dsf_thresholds": {"capacity": "weak"},
    "npv": {"rate": 0.05, "cf": [-100.0, 60.0, 60.0]},
    "irr": {"cf": [-100.0, 60.0, 60.0]},
    "mirr": {"cf": [-100.0, 60.0, 60.0], "finance": 0.1, "reinvest": 0.05},
    "xirr": {"flows": [["2026-01-01", -100.0], ["2027-03-31", 120.0]]},
    "level_payment": {"rate": 0.01, "n": 24, "pv": 1_000.0},
    "es_discrete": {"outcomes": [-100.0, 0.0, 50.0], "probs": [0.1, 0.5, 0.4], "tail": 0.2},
    "es_normal": {"alpha": 0.95, "mu": 1.0, "sigma": 2.0},
    "es_lognormal": {"alpha": 0.95, "mu": 0.1, "sigma": 0.3},
    "se_quantile_normal": {"alpha": 0.95, "n": 10_000},
    "se_es_normal": {"alpha": 0.95, "n": 10_000},
    "quantile_ci_ranks": {"alpha": 0.5, "n": 100, "conf": 0.95},
    "gini": {"x": [10.0, 20.0, 50.0], "w": [3.0, 1.0, 1.0]},
    "theil_t": {"x": [10.0, 20.0, 50.0]},
    "theil_l": {"x": [10.0, 20.0, 50.0]},
    "water_fill": {"capacity": 10.0, "demands": [2.0, 8.0, 9.0], "weights": [1.0, 2.0, 3.0], "floors": [1.0, 0.0, 0.5]},
    "talmud_rule": {"estate": 200.0, "claims": [100.0, 200.0, 300.0]},
    "constrained_equal_losses": {"estate": 200.0, "claims": [100.0, 200.0, 300.0]},
    "ida_cpr": {"cpia_abc": 3.5, "cpia_d": 3.0, "portfolio": 4.0},
    "adf_cpa": {"cpia_abc": 3.5, "cpia_d": 3.0, "cpia_e": 3.0, "portfolio": 4.0},
    "pba_shares": {
        "cpr": [3.0, 3.5], "pop": [10.0, 20.0], "gnipc": [500.0, 900.0], "a": 3.0, "b": -0.125, "p": 1.0,
    },
}  # fmt: skip

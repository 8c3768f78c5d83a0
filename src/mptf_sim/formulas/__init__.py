"""The library: textbook finance as pure functions, each with its source.

    from mptf_sim.formulas.concessionality import grant_element

    grant_element(maturity=40, grace=10.5, freq=2, rate=0.0075, discount=0.05)  # per cent of face

docs/formulas.md lists every quantity with the file it stands in. Numbers may be arrays wherever a formula can take
many at once; lists run along the first axis and paths along the last. `scipy` is imported where it is used.
"""

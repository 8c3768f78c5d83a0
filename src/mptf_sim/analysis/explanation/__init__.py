"""Why is this number so: figures, the postings behind them, and how they came about."""

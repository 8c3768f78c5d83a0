"""The reading room: from what a run left to tidy tables, each number with its unit and its error."""

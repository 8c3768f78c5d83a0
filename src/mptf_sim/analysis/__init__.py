"""The study: questions that need many runs."""

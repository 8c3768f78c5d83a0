"""Speed, measured as a ratio in one run: see __main__.py."""

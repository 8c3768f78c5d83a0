"""The archive: what a run has collected, its tables, and the folder that keeps them."""

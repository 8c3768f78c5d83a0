"""The counting house: one path of a run, posting by posting, in the books and files that others keep."""

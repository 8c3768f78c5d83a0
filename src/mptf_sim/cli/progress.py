"""One bar that counts paths, on standard error and only at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(total: int, unit: str, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A function to call with how many more are done."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    from tqdm import tqdm

    with tqdm(total=total, unit=" " + unit, file=sys.stderr, leave=False) as bar:
        yield bar.update

"""How the process keeps memory while a chunk is played: what one quarter gives back, the next one takes."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Names of glibc's malloc.h."""


@contextmanager
def kept() -> Iterator[None]:
    """Freed arrays stay at hand, and nobody looks for garbage.

    A quarter makes and drops some hundred arrays of a few MiB. glibc hands such blocks back to the kernel, which clears
    every page of them anew: a tenth of a run's time. Python, for its part, looks through the whole scenario for circles
    of objects that nobody holds, again and again: arrays form none.
    """
    keep_freed_memory()
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def keep_freed_memory() -> None:
    """Tell glibc to keep freed blocks of up to 32 MiB for the next ones, up to 1 GiB of them; elsewhere nothing."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, 1 << 25)
        mallopt(M_TRIM_THRESHOLD, 1 << 30)

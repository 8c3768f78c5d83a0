"""numpy, loaded when an array is first wanted: a scenario is read and checked without it, a quarter faster.

What a scenario is read into (`fund/`, `quantities.py`, `money.py`) takes `np` from here; what plays it imports numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
else:

    class _WhenWanted:
        """Stands for numpy until one of its names is wanted; then holds them all, so that no name is looked up twice."""

        def __getattr__(self, name: str) -> Any:
            import numpy

            vars(self).update(vars(numpy))
            return getattr(numpy, name)

    np = _WhenWanted()

__all__ = ["np"]

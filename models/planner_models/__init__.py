"""The mathematics of the joint plan: arrays and solvers, no files, no data frames. See `models/README.md`."""

import sys

# Pyomo loads scipy.stats (half a second) where scipy is there before it, though nothing here needs that; so it finds scipy later.
_scipy = sys.modules.pop("scipy", None)
try:
    import pyomo.common.dependencies  # noqa: F401
finally:
    if _scipy is not None:
        sys.modules["scipy"] = _scipy

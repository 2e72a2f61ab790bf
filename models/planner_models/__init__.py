"""The mathematics of the joint plan: arrays and solvers, no files, no data frames. See `models/README.md`."""

import sys

import scipy

# Pyomo loads scipy.stats (a second) where it finds scipy, and whenever scipy is loaded after it, though nothing here needs that.
del sys.modules["scipy"]
try:
    import pyomo.common.dependencies  # noqa: F401
finally:
    sys.modules["scipy"] = scipy

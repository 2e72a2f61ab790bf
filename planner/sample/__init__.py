"""The sample data sets: `tiny`, which one can solve by hand; `morning`, where it has changed since; `retail`, which is realistic.

All are generated, so an installed package can write them without shipping data files.
"""

from planner.sample.folder import SAMPLES, SampleName, init, write

__all__ = ["SAMPLES", "SampleName", "init", "write"]

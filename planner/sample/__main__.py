"""`python -m planner.sample data` writes the samples again into `data/retail` and `data/tiny`."""

import sys
from pathlib import Path

from planner.sample import SAMPLES, write

for sample in SAMPLES:
    write(sample, Path(sys.argv[1]) / sample)

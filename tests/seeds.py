"""How many random cases a run of the tests looks at: half of them, or with `SEEDS=all` all."""

import os

ALL = os.environ.get("SEEDS") == "all"


def seeds(count: int) -> range:
    """The numbers of random cases, of which there are `count`."""
    return range(count if ALL else count // 2)

"""How many random cases a run of the tests looks at: a quarter of them, or with `SEEDS=all` all."""

import os

ALL = os.environ.get("SEEDS") == "all"


def seeds(count: int, first: int = 0) -> range:
    """The numbers of random cases, of which there are `count`."""
    return range(first, first + (count if ALL else count // 4))


def blocks(count: int, size: int, first: int = 0) -> range:
    """The first numbers of blocks of so many cases, of which there are `count`."""
    return range(first, first + (count if ALL else max(size, count // 4)), size)

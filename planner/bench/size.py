"""How large a network is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """What to make; the seed decides everything else."""

    stores: int = 10
    items: int = 200
    dcs: int = 1
    days: int = 14
    seed: int = 1

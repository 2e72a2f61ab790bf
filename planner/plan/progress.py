"""What an engine says while it works."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One report; None = not known yet, of blocks: there are none. Cost and bound in money, elapsed in seconds since
    the solve began."""

    phase: str
    elapsed: float
    cost: float | None = None
    bound: float | None = None
    gap: float | None = None
    done: int | None = None  # blocks
    blocks: int | None = None

    def sentence(self) -> str:
        """A report in words: `bounding: cost 1,234.50, bound 1,200.00, gap 2.79 %, 3 of 14 blocks, 12 s`."""
        parts = []
        if self.cost is not None:
            parts.append(f"cost {self.cost:,.2f}")
        if self.bound is not None:
            parts.append(f"bound {self.bound:,.2f}")
        if self.gap is not None:
            parts.append(f"gap {self.gap:.2%}".replace("%", " %"))
        if self.blocks is not None:
            parts.append(f"{self.done or 0:,} of {self.blocks:,} blocks")
        parts.append(f"{self.elapsed:.0f} s")
        return f"{self.phase}: {', '.join(parts)}"


Listener = Callable[[Progress], None]

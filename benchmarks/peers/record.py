"""What is asked of a run and what is written down of it. Imports nothing heavy: the process that measures must stay small."""

from dataclasses import dataclass, field

ENGINES = {  # module and function
    "decomposed": ("benchmarks.peers.own", "decomposed"),
    "exact": ("benchmarks.peers.own", "exact"),
    "highs": ("benchmarks.peers.highs", "solve"),
    "scip": ("benchmarks.peers.scip", "solve"),
    "cp-sat": ("benchmarks.peers.cp_sat", "solve"),
}
LEVELS = (0.05, 0.02, 0.01)  # gaps of which the time is written down


@dataclass(frozen=True)
class Task:
    """When to stop, and with what means."""

    gap: float = 0.01
    seconds: float = 1_800.0
    threads: int = 2
    seed: int = 0
    lines: int = 20  # of the compact model, per curve


@dataclass(frozen=True)
class Network:
    """An instance and its size; rows, columns and whole columns are those of the compact model."""

    name: str
    item_stores: int
    points: int
    rows: int
    columns: int
    whole: int


@dataclass
class Run:
    """What an engine did with an instance."""

    network: Network
    engine: str
    cost: float | None = None
    bound: float | None = None
    reached: dict[float, float] = field(default_factory=dict)  # gap → seconds since the arrays were ready
    seconds: float | None = None
    memory: float | None = None  # peak of the process [MiB]
    note: str = ""

    @property
    def gap(self) -> float | None:
        """(cost − bound) ÷ cost; None without a plan."""
        return None if self.cost is None or self.bound is None else gap_of(self.cost, self.bound)

    def update(self, elapsed: float, cost: float | None, bound: float) -> None:
        """Take down what became known, and which gaps that proves."""
        self.cost = cost if self.cost is None or cost is None else min(self.cost, cost)
        self.bound = bound if self.bound is None else max(self.bound, bound)
        gap = self.gap
        for level in LEVELS:
            if gap is not None and gap <= level:
                self.reached.setdefault(level, elapsed)


def gap_of(cost: float, bound: float) -> float:
    """(cost − bound) ÷ cost, and 0 where nothing is left; 1 where the cost is not known (infinite)."""
    if cost == float("inf"):
        return 1.0
    return 0.0 if bound >= cost else (cost - bound) / cost


def percent(share: float) -> str:
    """A share with two digits: `0.74 %`."""
    return f"{share:.2%}".replace("%", " %")

"""What the operator decides: where things are, who may come in, and how much one request may cost."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from planner.errors import UsageError

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """Sizes in MB, times in seconds. `memory_mb` and `seconds` are for one job, `queued` for all that wait.

    `attempts` counts how often a job may die before it is given up, `at_once` answers that are computed while the caller
    waits. A job that is asked to stop has `grace` seconds to keep its best plan.
    """

    body_mb: int = 100
    unpacked_mb: int = 1_000
    rows: int = 10_000_000
    seconds: int = 4 * 3600
    memory_mb: int = 8_192
    queued: int = 100
    attempts: int = 3
    at_once: int = 2
    answer_seconds: int = 120
    grace: float = 300.0


@dataclass(frozen=True)
class Settings:
    """`folder` holds the store and uploaded tables, `runs` the runs; data sets may also be folders inside `allowed`.

    `database` is a URL of SQLAlchemy; "" = SQLite in `folder`. `workers` are jobs that are worked on at once.
    """

    folder: Path
    runs: Path
    database: str = ""
    allowed: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8350
    workers: int = 1
    auth: bool = True
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not self.auth and not is_loopback(self.host):
            raise UsageError(
                f"--no-auth lets everybody in who can connect, so it listens on this machine only; {self.host} can be reached "
                "from others. Leave out --host, or leave out --no-auth and make tokens with `planner tokens create`."
            )

    @property
    def database_url(self) -> str:
        """Where the store is."""
        return self.database or f"sqlite:///{self.folder.resolve() / 'store.sqlite'}"

    @property
    def queue_url(self) -> str:
        """Where the queue keeps its own tables: beside the store, in SQLite in a file of its own."""
        return self.database or f"sqlite:///{self.folder.resolve() / 'queue.sqlite'}"

    @property
    def uploads(self) -> Path:
        """The folder of uploaded tables."""
        return self.folder / "datasets"


def is_loopback(host: str) -> bool:
    """Whether only this machine can connect to the host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

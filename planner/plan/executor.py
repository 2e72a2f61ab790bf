"""Where blocks are planned: here, or on the workers of a Dask scheduler that is running already."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from planner.errors import Unavailable, UsageError
from planner.plan.effort import Engine

if TYPE_CHECKING:
    from planner_models.decomposed.cluster import Cluster

SHAPE = "tcp://HOST:PORT or tls://HOST:PORT"
RISK = (
    "Whoever can connect to a scheduler or worker over tcp:// can run code there and here. Use tls:// with certificates, "
    "or pass --insecure-cluster if nobody else can reach that network."
)


def require_executor(address: str | None, *, insecure: bool, engine: Engine, writes_model: bool) -> None:
    """Raise UsageError unless blocks may be sent to the address, as far as that can be said without asking it."""
    if address is None:
        return
    if engine == "exact" or writes_model:
        raise UsageError(
            "The exact engine solves one programme in this process and has nothing for --executor; "
            "--engine decomposed plans block by block."
        )
    if not _well_formed(address):
        raise UsageError(f"{address!r} is not the address of a scheduler; it is written {SHAPE}.")
    if not (insecure or _protected(address)):
        raise UsageError(f"{address} is neither this machine nor encrypted. {RISK}")
    if find_spec("distributed") is None:
        raise UsageError(
            "--executor needs Dask, which is not installed: pip install '.[dask]' in the planner's folder."
        )


@contextmanager
def cluster_at(address: str | None, *, insecure: bool) -> "Iterator[Cluster | None]":
    """The cluster, as long as it is needed; None without an address.

    Raises Unavailable if nobody answers, UsageError if somebody there is not as here or listens to the network unprotected.
    """
    if address is None:
        yield None
        return
    from planner_models.decomposed.cluster import Cluster, Different, Unanswered, Uncertified

    try:
        cluster = Cluster(address)
    except Unanswered as fault:
        raise Unavailable(
            f"{fault}. Maybe it isn't started yet, or listens elsewhere: see docs/cluster.md."
        ) from None
    except Different as fault:
        raise UsageError(
            f"The cluster at {address} would compute something else than this machine:\n{fault}\n"
            "Install the same planner from the same lock there, and start scheduler and workers again."
        ) from None
    except Uncertified as fault:
        raise UsageError(
            f"{address} needs certificates, and there is something wrong with those of here: {fault}. Their names are settings "
            "of Dask, for example DASK_DISTRIBUTED__COMM__TLS__CA_FILE: see docs/cluster.md."
        ) from None
    with closing(cluster):
        exposed = [where for where in cluster.addresses if not _protected(where)]
        if exposed and not insecure:
            raise UsageError(
                f"{address} can be reached from the network, too: it calls itself {exposed[0]}. {RISK} On one machine, "
                "start it with --host 127.0.0.1."
            )
        yield cluster


def _well_formed(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("tcp", "tls") and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        return False


def _protected(address: str) -> bool:
    """Encrypted, or never outside this machine."""
    parts = urlsplit(address)
    if parts.scheme == "tls" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False

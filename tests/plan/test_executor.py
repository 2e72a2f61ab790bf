"""To whom blocks are given, as far as an address says."""

import pytest

from planner.errors import UsageError
from planner.plan.executor import require_executor


def ask(address: str | None, *, insecure: bool = False, engine: str = "auto", writes: bool = False) -> None:
    require_executor(address, insecure=insecure, engine=engine, writes_model=writes)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def dask(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address is judged whether Dask is installed or not."""
    monkeypatch.setattr("planner.plan.executor.find_spec", lambda name: object())


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786", "tls://planner.example:8786", None],
)
def test_this_machine_and_encrypted_addresses_are_accepted(address: str | None) -> None:
    ask(address)


@pytest.mark.parametrize(
    "address",
    [
        "tcp://192.0.2.7:8786",
        "tcp://0.0.0.0:8786",
        "tcp://[2001:db8::1]:8786",
        "tcp://127.0.0.1.example:8786",
        "tcp://localhost.example:8786",
        "tcp://localhost@192.0.2.7:8786",
    ],
)
def test_an_open_network_is_refused_unless_told_otherwise(address: str) -> None:
    with pytest.raises(UsageError, match="--insecure-cluster"):
        ask(address)
    ask(address, insecure=True)


@pytest.mark.parametrize(
    "address",
    ["", "8786", "127.0.0.1:8786", "tcp://127.0.0.1", "tcp://:8786", "http://127.0.0.1:8786", "tcp://a:b"],
)
def test_what_is_no_address_is_refused_however_much_is_trusted(address: str) -> None:
    for insecure in (False, True):
        with pytest.raises(UsageError, match="tcp://HOST:PORT"):
            ask(address, insecure=insecure)


def test_the_exact_engine_has_nothing_to_give_away() -> None:
    for options in ({"engine": "exact"}, {"writes": True}):
        with pytest.raises(UsageError, match="--engine decomposed"):
            ask("tcp://127.0.0.1:8786", **options)  # type: ignore[arg-type]
    ask("tcp://127.0.0.1:8786", engine="decomposed")


def test_who_has_no_dask_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.plan.executor.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install '\.\[dask\]'"):
        ask("tcp://127.0.0.1:8786")

"""The store: tokens, jobs, and migrations, in SQLite and in PostgreSQL."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from planner.errors import Unavailable, UsageError
from planner.service.settings import Settings
from planner.service.store.database import Database
from planner.service.store.jobs import Jobs, QueueFull
from planner.service.store.once import KeyReused
from planner.service.store.tables import Base, Job, now
from planner.service.store.tokens import Tokens


def job(id: str, key: str | None = None, body: str = "a", actor: str = "ann") -> Job:  # noqa: A002
    return Job(id=id, verb="solve", actor=actor, request={}, idempotency_key=key, request_hash=body)


def test_the_migrations_lead_to_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_store_that_is_opened_again_keeps_what_is_in_it(database: Database, database_url: str) -> None:
    Tokens(database).create("ann", ["viewer"])
    again = Database(database_url)
    again.migrate()
    assert [token.name for token in Tokens(again).list()] == ["ann"]
    again.close()


def test_a_token_says_who_comes_and_as_what(database: Database) -> None:
    tokens = Tokens(database)
    token, text = tokens.create("night run", ["planner"])
    found = tokens.identify(text)
    assert found is not None
    assert (found.id, found.name, found.roles) == (token.id, "night run", {"planner"})
    assert [found.may(role) for role in ("viewer", "planner", "retail", "admin")] == [  # type: ignore[arg-type]
        True,
        True,
        False,
        False,
    ]


def test_an_admin_may_everything(database: Database) -> None:
    found = Tokens(database).identify(Tokens(database).create("boss", ["admin"])[1])
    assert found
    assert found.may("retail")
    assert found.may("planner")


def test_the_store_has_no_secret_in_it(database: Database) -> None:
    token, text = Tokens(database).create("ann", ["viewer"])
    secret = text.split("_", 2)[2]
    assert len(secret) >= 43  # 256 bits
    assert secret not in str(vars(Tokens(database).list()[0]))
    assert len(token.secret_hash) == 64


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: "Bearer",
        lambda text: text[:-1],
        lambda text: text + "x",
        lambda text: text.replace("jp_", "xx_"),
        lambda text: text.rsplit("_", 1)[0] + "_",
        lambda text: "jp_000000000000_" + text.split("_", 2)[2],
        lambda text: "jp_" + "'; DROP TABLE tokens; --",
        lambda text: "jp_\udcff\0_x",
    ],
)
def test_a_text_that_is_no_token_is_nobodys(database: Database, change: Callable[[str], str]) -> None:
    _, text = Tokens(database).create("ann", ["admin"])
    assert Tokens(database).identify(change(text)) is None


def test_a_token_ends_when_it_is_revoked_or_expires(database: Database) -> None:
    tokens = Tokens(database)
    kept, ended = tokens.create("a", ["viewer"], timedelta(days=1)), tokens.create("b", ["viewer"])
    past = tokens.create("c", ["viewer"], timedelta(microseconds=1))
    tokens.revoke(ended[0].id)
    assert [tokens.identify(text) is not None for _, text in (kept, ended, past)] == [True, False, False]
    with pytest.raises(UsageError, match="there is no token"):
        tokens.revoke("nobody")


@pytest.mark.parametrize(
    ("name", "roles"), [("a", ["king"]), ("a", []), ("", ["viewer"]), ("x" * 101, ["viewer"])]
)
def test_a_token_needs_a_name_and_roles_that_exist(database: Database, name: str, roles: list[str]) -> None:
    with pytest.raises(UsageError):
        Tokens(database).create(name, roles)


def test_a_job_goes_from_queued_to_its_one_end(database: Database) -> None:
    jobs = Jobs(database)
    jobs.accept(job("1"), 10)
    assert jobs.unfinished() == ["1"]
    begun = jobs.begin("1")
    assert begun
    assert begun.status == "running"
    jobs.report("1", {"phase": "solving", "gap": 0.1})
    assert jobs.died("1", "killed") == 1
    assert jobs.finish("1", "done", result={"run_id": "r"})
    assert not jobs.finish("1", "failed", error={})  # only once
    assert jobs.begin("1") is None
    assert [event.kind for event in jobs.events("1")] == ["queued", "running", "progress", "died", "done"]
    found = jobs.find("1")
    assert found
    assert (found.status, found.run_id, found.attempts, found.progress) == (
        "done",
        "r",
        1,
        {"phase": "solving", "gap": 0.1},
    )
    assert jobs.unfinished() == []
    assert jobs.counts() == {"queued": 0, "running": 0, "done": 1, "failed": 0, "cancelled": 0}


def test_a_job_that_waits_is_cancelled_at_once_and_one_that_runs_is_asked_to_stop(database: Database) -> None:
    jobs = Jobs(database)
    for name in ("1", "2"):
        jobs.accept(job(name), 10)
    jobs.begin("2")
    waiting, running = jobs.ask_to_stop("1"), jobs.ask_to_stop("2")
    assert waiting
    assert running
    assert (waiting.status, running.status) == ("cancelled", "running")
    assert jobs.begin("1") is None
    assert jobs.is_to_stop("2")
    assert jobs.ask_to_stop("none") is None


def test_the_same_key_is_the_same_submission(database: Database) -> None:
    jobs = Jobs(database)
    assert jobs.accept(job("1", "key"), 10)[1]
    again, new = jobs.accept(job("2", "key"), 10)
    assert (again.id, new) == ("1", False)
    assert jobs.accept(job("3", "key", actor="bob"), 10)[1]  # somebody else's key
    with pytest.raises(KeyReused):
        jobs.accept(job("4", "key", body="b"), 10)
    assert jobs.unfinished() == ["1", "3"]


def test_many_that_submit_with_one_key_at_once_get_one_job(database: Database) -> None:
    jobs, found, faults = Jobs(database), list[str](), list[BaseException]()

    def submit(name: str) -> None:
        try:
            found.append(jobs.accept(job(name, "key"), 100)[0].id)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=submit, args=(str(number),)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(found) == 12
    assert len(set(found)) == 1
    assert jobs.unfinished() == found[:1]


def test_a_full_queue_takes_nothing_more_but_knows_what_it_has(database: Database) -> None:
    jobs = Jobs(database)
    jobs.accept(job("1", "key"), 1)
    with pytest.raises(QueueFull):
        jobs.accept(job("2"), 1)
    assert not jobs.accept(job("3", "key"), 1)[1]
    jobs.begin("1")
    assert jobs.accept(job("4"), 1)[1]


def test_pages_are_whole_and_in_order(database: Database) -> None:
    jobs = Jobs(database)
    for number in range(7):
        jobs.accept(job(f"{number}"), 10)
    first, then = jobs.page(3)
    second, last = jobs.page(4, then)
    assert [row.id for row in first + second] == list("6543210")
    assert last is None
    assert jobs.page(3, status="done") == ([], None)


def test_times_come_back_with_their_zone(database: Database) -> None:
    before = now()
    Jobs(database).accept(job("1"), 1)
    found = Jobs(database).find("1")
    assert found
    assert before <= found.created <= now()


def test_one_server_per_store(database_url: str) -> None:
    first, second = Database(database_url), Database(database_url)
    first.claim()
    with pytest.raises(UsageError, match="another `planner serve`"):
        second.claim()
    first.close()
    second.claim()
    second.close()


@pytest.mark.parametrize("url", ["mysql://x", "nonsense", "oracle://a/b"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="--database"):
        Database(url)


def test_a_database_that_does_not_answer_is_a_passing_fault(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/x?host={tmp_path}")
    with pytest.raises(Unavailable, match="can't be opened"):
        database.migrate()
    assert not database.answers()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "planner.example.com"])
def test_without_tokens_only_this_machine_may_connect(tmp_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match="--no-auth"):
        Settings(tmp_path, tmp_path, auth=False, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_without_tokens_this_machine_is_enough(tmp_path: Path, host: str) -> None:
    assert Settings(tmp_path, tmp_path, auth=False, host=host).host == host

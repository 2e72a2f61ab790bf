"""Schedules: their calendar, what is refused, and a server that is killed while it plans unattended."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from planner.client import verify
from planner.errors import UsageError
from planner.service.schedules.calendar import following, is_repeat, latest, require_calendar
from planner.service.schedules.entry import asked_for, schedule_of
from planner.service.store.database import Database
from planner.service.store.hooks import Hooks
from planner.service.store.schedules import Schedules
from planner.service.store.tables import Job, Schedule, now
from tests.service.postgres import Postgres
from tests.service.receiver import Receiver, receiving
from tests.service.server import Server, ended, planner, serving, until

BERLIN = "Europe/Berlin"


def ticks(cron: str, begin: datetime, many: int) -> list[str]:
    """The first ticks after a moment, as clocks in Berlin show them."""
    found = list[datetime]()
    for _ in range(many):
        begin = following(cron, BERLIN, begin)
        found.append(begin)
    assert [latest(cron, BERLIN, one) for one in found] == found
    assert [latest(cron, BERLIN, one + timedelta(seconds=1)) for one in found] == found
    assert [latest(cron, BERLIN, one - timedelta(seconds=1)) for one in found[1:]] == found[:-1]
    return [one.astimezone(ZoneInfo(BERLIN)).strftime("%d %H:%M %Z") for one in found]


def test_in_spring_a_time_that_is_skipped_ticks_when_the_clock_goes_on() -> None:
    begin = datetime(2026, 3, 28, 0, tzinfo=ZoneInfo(BERLIN))
    assert ticks("30 2 * * *", begin, 3) == ["28 02:30 CET", "29 03:00 CEST", "30 02:30 CEST"]


def test_in_autumn_a_time_that_comes_twice_ticks_once() -> None:
    begin = datetime(2026, 10, 24, 0, tzinfo=ZoneInfo(BERLIN))
    assert ticks("30 2 * * *", begin, 3) == ["24 02:30 CEST", "25 02:30 CEST", "26 02:30 CET"]
    second = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo(BERLIN))
    assert latest("30 2 * * *", BERLIN, second) == second.replace(fold=0).astimezone(UTC)
    assert is_repeat("30 2 * * *", second)
    assert not is_repeat("30 2 * * *", second.replace(fold=0))


def test_what_ticks_every_hour_does_so_through_both_changes() -> None:
    autumn = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo(BERLIN))
    assert ticks("0 * * * *", autumn, 3) == ["25 02:00 CEST", "25 02:00 CET", "25 03:00 CET"]
    spring = datetime(2026, 3, 29, 0, 30, tzinfo=ZoneInfo(BERLIN))
    assert ticks("0 * * * *", spring, 3) == ["29 01:00 CET", "29 03:00 CEST", "29 04:00 CEST"]


def test_every_workday_at_half_past_five() -> None:
    friday = datetime(2026, 11, 27, 5, 30, tzinfo=ZoneInfo(BERLIN))
    assert ticks("30 5 * * 1-5", friday, 2) == ["30 05:30 CET", "01 05:30 CET"]


@pytest.mark.parametrize(
    ("cron", "timezone", "said"),
    [
        ("61 5 * * *", BERLIN, "--cron"),
        ("30 5 * *", BERLIN, "five fields"),
        ("30 5 * * * * *", BERLIN, "five fields"),
        ("@daily", BERLIN, "five fields"),
        ("30 5 * * Monday", BERLIN, "--cron"),
        ("0 0 30 2 *", BERLIN, "--cron"),
        ("R 5 * * *", BERLIN, "--cron"),
        ("30 5 * * *", "Europe/Berln", "Maybe Europe/Berlin is meant"),
        ("30 5 * * *", "../etc/passwd", "--timezone"),
        ("30 5 * * *", "", "--timezone"),
    ],
)
def test_times_that_never_come_are_refused(cron: str, timezone: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        require_calendar(cron, timezone, now())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "a/b"}, "is no name"),
        ({"name": ""}, "is no name"),
        ({"verb": "approve"}, "can't be done on a schedule"),
        ({"folder": Path("/etc")}, "--folder: /etc is not inside"),
        ({"folder": Path("{tiny}/../..")}, "is not inside"),
        ({"folder": Path("{tiny}/items.csv")}, "is not there"),
        ({"allowed": ()}, "none yet"),
        ({"options": {"gap": -1}}, "--gap"),
        ({"options": {"max_changes": 3}}, "--max-changes is no option of solve"),
        ({"verb": "replan", "options": {"policy": "joint"}}, "--policy is no option of replan"),
    ],
)
def test_what_would_fail_each_time_is_refused_at_once(tiny: Path, changes: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {
        "name": "nightly",
        "verb": "solve",
        "cron": "30 2 * * *",
        "timezone": BERLIN,
        "folder": tiny,
        "options": {"gap": 0.01},
        "grace_minutes": 60,
        "allowed": (tiny,),
    }
    assert schedule_of(**asked).folder == str(tiny.resolve())
    folder = Path(str(changes.get("folder", tiny)).replace("{tiny}", str(tiny)))
    with pytest.raises(UsageError, match=said):
        schedule_of(**asked | changes | {"folder": folder})


def test_replan_is_of_the_plan_that_holds() -> None:
    asked = asked_for("replan", {"max_changes": 3}, "d")
    assert (asked.run, asked.dataset, asked.options()["max_changes"]) == ("published", "d", 3)  # type: ignore[attr-defined]


def entry(name: str, folder: Path, **changes: Any) -> Schedule:
    known: dict[str, Any] = {"cron": "0 * * * *", "timezone": BERLIN, "verb": "solve", "options": {}}
    return Schedule(**known | {"name": name, "folder": str(folder), "grace_minutes": 60} | changes)


def test_a_store_keeps_schedules_and_how_they_went(database: Database, tiny: Path) -> None:
    schedules = Schedules(database)
    schedules.add(entry("a", tiny, considered=datetime(2026, 1, 1, tzinfo=UTC)))
    with pytest.raises(UsageError, match="there is a schedule 'a' already"):
        schedules.add(entry("a", tiny))
    tick = datetime(2026, 1, 2, 1, tzinfo=ZoneInfo(BERLIN))
    schedules.ticked("a", tick, "failed", "why " * 1000)
    schedules.ticked("a", tick, "submitted")  # it was dealt with
    schedules.ticked("gone", tick, "submitted")
    [(found, job)] = schedules.list()
    assert (found.considered, found.last_tick, found.last_status, job) == (tick, tick, "failed", None)
    assert len(found.last_message or "") == 2000
    schedules.pause("a", paused=True)
    assert schedules.active() == []
    before = now()
    schedules.pause("a", paused=False)
    assert schedules.active()[0].considered >= before  # what came in between is not made up for
    schedules.remove("a")
    for call in (schedules.remove, lambda name: schedules.pause(name, paused=True)):
        with pytest.raises(UsageError, match="there is no schedule 'a'"):
            call("a")


@pytest.mark.slow
def test_a_server_that_is_killed_plans_on_time_and_tells_of_it(tmp_path: Path, tiny: Path) -> None:
    """It is killed in the moment in which the job of a tick has ended.

    After the next start the message of that end comes, and what was missed meanwhile is made up for once.
    """
    broken = shutil.copytree(tiny, tmp_path / "broken")
    (broken / "inventory.csv").write_text("item_id,location_id,on_hand\nrice,NEAR,-4\n")
    database = Database(f"sqlite:///{tmp_path / 's' / 'service' / 'store.sqlite'}")
    hooks, schedules = Hooks(database), Schedules(database)
    with (
        receiving(500) as receiver,
        serving(tmp_path / "s", "--no-auth", f"--allow={tiny}", f"--allow={broken}") as server,
    ):
        secret = planner(server, "webhooks", "add", receiver.address, "--events", "done")["secret"]
        words = ("schedule", "add", "often", "--folder", str(tiny), "--policy", "reorder", "--force")
        assert planner(server, *words, "--cron", "*/3 * * * * *", "--timezone", BERLIN)["next"]
        before = killed_at_the_end_of_a_job(server, database, "often")
        assert {tick.second % 3 for tick in before} == {0}
        schedules.pause("often", paused=True)
        add_what_was_missed(schedules, tiny, broken)
        server.begin()
        last = until(
            lambda: {row.name: (row, job) for row, job in schedules.list()},
            lambda rows: all(row.last_tick for row, _ in rows.values()),
        )
        del last["often"]
        assert {name: row.last_status for name, (row, _) in last.items()} == {
            "missed": "submitted",
            "invalid": "failed",
            "elsewhere": "failed",
            "too-late": "missed",
        }
        assert "(--allow)" in last["elsewhere"][0].last_message
        assert "inventory.csv row 2: on_hand is -4" in last["invalid"][0].last_message
        failures = [line for line in server.log if line["event"] == "a schedule failed"]
        assert {(line["schedule"], line["level"]) for line in failures} == {
            ("invalid", "error"),
            ("elsewhere", "error"),
        }
        # of 72 ticks that were missed the last one was made up for, the others not
        assert jobs_of(database, "missed") == {last["missed"][0].last_tick: last["missed"][1].id}
        assert jobs_of(database, "invalid") == jobs_of(database, "too-late") == {}
        every_end_is_told(server, receiver, secret, hooks)
        assert jobs_of(database, "often").items() >= before.items()
        with server.client as client:
            listed = {one["name"]: one for one in client.get("/v1/schedules").json()["items"]}
        assert (listed["often"]["state"], listed["often"]["next"]) == ("paused", None)
        assert listed["missed"]["last"]["job"]["status"] == "done"
        assert planner(server, "schedule", "list")["schedules"] == list(listed.values())
        assert secret not in (server.folder / "log.jsonl").read_text()
    database.close()


@pytest.mark.slow
def test_the_same_holds_with_postgresql(tmp_path: Path, tiny: Path, postgres: Postgres) -> None:
    url = postgres.new_database()
    database = Database(url)
    database.migrate()
    hooks = Hooks(database)
    Schedules(database).add(entry("missed", tiny, considered=now() - timedelta(days=3)))
    with receiving(500) as receiver, receiving() as other:
        secret = hooks.add(receiver.address).secret
        hooks.remove(hooks.add(other.address).id)
        with serving(tmp_path / "s", "--no-auth", f"--allow={tiny}", f"--database={url}") as server:
            before = killed_at_the_end_of_a_job(server, database, "missed")
            server.begin()
            every_end_is_told(server, receiver, secret, hooks)
            assert jobs_of(database, "missed").items() >= before.items()
        assert other.got == []
    database.close()


def killed_at_the_end_of_a_job(server: Server, database: Database, schedule: str) -> dict[datetime, str]:
    """The jobs of the schedule when the server is killed, before the end of the first one could be told."""
    hooks = Hooks(database)
    until(lambda: hooks.deliveries(1))
    server.kill()
    [(delivery, _)] = hooks.deliveries(10)
    before = jobs_of(database, schedule)
    assert (delivery.status, delivery.job_id) == ("waiting", min(before.values()))
    return before


def add_what_was_missed(schedules: Schedules, tiny: Path, broken: Path) -> None:
    """Schedules that should have ticked while nobody was there."""
    days_ago = {"considered": now() - timedelta(days=3)}
    hours_ago = (now().astimezone(ZoneInfo(BERLIN)) - timedelta(hours=3)).hour
    schedules.add(entry("missed", tiny, **days_ago, grace_minutes=120, options={"policy": "reorder"}))
    schedules.add(entry("invalid", broken, **days_ago, grace_minutes=120))
    schedules.add(entry("elsewhere", broken.parent, **days_ago, grace_minutes=120))
    schedules.add(entry("too-late", tiny, **days_ago, grace_minutes=60, cron=f"0 {hours_ago} * * *"))


def jobs_of(database: Database, schedule: str) -> dict[datetime, str]:
    """The jobs of a schedule by tick."""
    query = select(Job).where(Job.actor == f"schedule {schedule}")
    with database.reading() as session:
        rows = session.scalars(query).all()
    return {datetime.fromisoformat(str(row.idempotency_key)): row.id for row in rows}


def every_end_is_told(server: Server, receiver: Receiver, secret: str, hooks: Hooks) -> None:
    """Each job has a message of its own, which says of the job what the service says of it, though the first try failed."""
    with server.client as client:
        ids = [job["id"] for job in client.get("/v1/jobs").json()["items"]]
        jobs = {job: ended(client, job) for job in ids}
    until(lambda: [row.status for row, _ in hooks.deliveries(100)] == ["delivered"] * len(jobs))
    told = [verify(secret, headers, body) for headers, body in receiver.got]
    assert {one["type"] for one in told} == {"job.done"}
    assert [one["data"] for one in told] == [jobs[one["data"]["id"]] for one in told]
    assert {one["data"]["id"] for one in told} == jobs.keys()
    assert len(told) > len(set(receiver.ids)) == len(jobs)

"""Kill the server with SIGKILL at random moments while schedules come every few seconds and a receiver of webhooks often fails.

`python -m benchmarks.unattended_kills [kills] [seed] [database URL]`, from the repository's folder; 100 kills by default.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from planner.client import verify
from planner.sample import init
from planner.service.store.database import Database
from planner.service.store.hooks import Hooks
from planner.service.store.schedules import Schedules
from planner.service.store.tables import Job, Schedule
from tests.service.receiver import receiving
from tests.service.server import ended, serving, until

LONGEST = 15.0  # seconds between two kills
CRONS = {"often": "*/2 * * * * *", "now and then": "*/7 * * * * *"}


def main(kills: int, seed: int, database: str) -> None:
    """Kill, let everything end, and print what was found."""
    chance, began = random.Random(seed), time.monotonic()
    answers = [chance.choice([204, 204, 500]) for _ in range(20 * kills)]
    with tempfile.TemporaryDirectory() as folder, receiving(*answers) as receiver:
        tiny = init(Path(folder) / "tiny", "tiny")
        options = ["--no-auth", f"--allow={tiny}", *([f"--database={database}"] if database else [])]
        with serving(Path(folder) / "s", *options) as server:
            store = Database(database or f"sqlite:///{folder}/s/service/store.sqlite")
            hooks, schedules = Hooks(store), Schedules(store)
            secret = hooks.add(receiver.address).secret
            for name, cron in CRONS.items():
                schedules.add(
                    Schedule(
                        name=name,
                        cron=cron,
                        timezone="Europe/Berlin",
                        folder=str(tiny),
                        verb="solve",
                        options={"policy": "reorder"},
                        grace_minutes=60,
                    )
                )
            for _ in range(kills):
                time.sleep(chance.uniform(0.0, LONGEST))
                server.kill()
                server.begin()
            for name in CRONS:
                schedules.pause(name, paused=True)
            time.sleep(5)  # what has begun before the pause submits its job
            with store.reading() as session:
                ticks = [(job.actor, job.idempotency_key, job.id) for job in session.scalars(select(Job))]
            with server.client as client:
                assert {ended(client, job)["status"] for *_, job in ticks} == {"done"}
            sent = until(
                lambda: hooks.deliveries(100_000),
                lambda rows: {delivery.status for delivery, _ in rows} == {"delivered"},
            )
            store.close()
    told = set[tuple[str, str]]()
    for headers, body in receiver.got:
        message = verify(secret, headers, body, at=float(headers["webhook-timestamp"]))
        told.add((message["data"]["id"], headers["webhook-id"]))
    assert len({tick[:2] for tick in ticks}) == len(ticks) == len(sent)
    assert sorted(job for job, _ in told) == sorted(job for *_, job in ticks)
    print(
        f"{kills} kills, {len(ticks)} ticks with a job each, none with two; {len(told)} ends told in {len(receiver.got)} messages, "
        f"0 lost, 1 id each; {time.monotonic() - began:.0f} s in all"
    )


if __name__ == "__main__":
    given = sys.argv[1:]
    kills, seed, database, *_ = [*given, *("100", "1", "")[len(given) :]]
    main(int(kills), int(seed), database)

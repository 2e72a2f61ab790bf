"""Kill the server with SIGKILL at random moments under load, and look whether a job was lost or done twice.

`python -m benchmarks.service_kills [kills] [seed] [database URL]`, from the repository's folder; 200 kills by default.
Submitted are plans and answers to events, of which those that are done are rejected; afterwards stores and ledger are whole.
"""

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from planner.sample import init
from tests.service.killing import assert_nothing_is_lost_or_done_twice, killed
from tests.service.server import serving

LONGEST = 4.0  # seconds between two kills: some jobs end in between, some don't


def main(kills: int, seed: int, database: str) -> None:
    """Kill, let everything end, and print what was found."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tiny = init(Path(folder) / "tiny", "tiny")
        options = ["--no-auth", "--workers=2", "--max-queue=10", f"--allow={tiny}"]
        options += [f"--database={database}"] if database else []
        with serving(Path(folder) / "s", *options) as server:
            with server.client as client:
                dataset = client.post("/v1/datasets", json={"folder": str(tiny)}).json()["id"]
            story = killed(server, dataset, kills, jobs=kills, seed=seed, longest=LONGEST)
            finished = assert_nothing_is_lost_or_done_twice(server, story)
            server.stop()
        for store in Path(folder).glob("s/service/*.sqlite"):
            with sqlite3.connect(store) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], store
    restarts = sorted(story.restarts)
    print(
        f"{story.kills} kills, {len(finished)} jobs accepted, {len(finished)} done once, 0 lost, 0 twice; "
        f"served again after {restarts[len(restarts) // 2]:.1f} s (median), {restarts[-1]:.1f} s (longest); "
        f"{time.monotonic() - began:.0f} s in all"
    )


if __name__ == "__main__":
    given = sys.argv[1:]
    kills, seed, database, *_ = [*given, *("200", "1", "")[len(given) :]]
    main(int(kills), int(seed), database)

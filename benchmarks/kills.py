"""Kill `planner watch` at random moments: `python benchmarks/kills.py [--kills 100] [--seed 0]`.

Events keep coming, and somebody signs proposals, while the watcher is killed (SIGKILL) and started again. After every kill the
ledger must be whole, every run that is visible complete, and the published plan the one that was published. In the end every
event must have been detected once and be in the last plan once, and no question answered twice.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from planner.errors import NothingToDo
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.response.approval.published import open_registry
from planner.response.approval.standing import Decisions
from planner.response.events import stored
from planner.response.ledger import Ledger, events_of
from planner.verbs.approve import Request as Signature
from planner.verbs.approve import approve

LONGEST = 6.0  # seconds until a kill
PATIENCE = 120.0  # seconds for what must happen


@dataclass
class Siege:
    """Tables in `data` with a plan of them in `runs`."""

    data: Path
    runs: Path
    random: Random
    events: int = 0
    kills: Counter[str] = field(default_factory=Counter)

    @property
    def registry(self) -> Registry:
        """The runs."""
        return open_registry(self.runs)

    def go(self, kills: int) -> None:
        """Kill it so often, then let it end what there is to do; AssertionError where something is lost."""
        for _ in range(kills):
            self.send()
            self.kill()
            self.whole()
            if self.random.random() < 0.3:
                self.sign()
        self.send()
        self.finish()
        self.whole()
        self.everything_once()

    def send(self) -> None:
        """A file with one or two events, written as one should."""
        folder = self.data / "events"
        folder.mkdir(exist_ok=True)
        told = []
        for _ in range(self.random.randint(1, 2)):
            self.events += 1
            at = f"2026-03-02T{self.events // 60:02d}:{self.events % 60:02d}"
            factor = self.random.choice([0.97, 1.03])
            told.append({"event_id": f"E{self.events}", "at": at, "type": "tariff_change", "factor": factor})
        (folder / ".new").write_text(json.dumps(told))
        (folder / ".new").rename(folder / f"{self.events:04d}.json")

    def start(self) -> "subprocess.Popen[bytes]":
        """The watcher, as a process group of its own."""
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "planner",
                "watch",
                str(self.data),
                "--on-change",
                "--out",
                str(self.runs),
            ],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """At any moment, while it writes a run, or as soon as that is visible."""
        process, before = self.start(), self.visible()
        moment = self.random.choice(("at any moment", "while it writes a run", "when a run is visible"))
        until = time.monotonic() + PATIENCE
        if moment != "at any moment":
            reached = self.drafts if moment == "while it writes a run" else lambda _: self.visible() - before
            while not reached(process.pid) and process.poll() is None and time.monotonic() < until:
                time.sleep(0.005)
        longest = {"at any moment": LONGEST, "while it writes a run": 2.0}.get(moment, 0.3)
        time.sleep(self.random.uniform(0, longest))
        assert process.poll() is None, f"the watcher has ended with {process.returncode}"
        self.kills[moment] += 1
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def visible(self) -> set[str]:
        """The names of the runs that are there."""
        return {path.name for path in self.runs.iterdir() if path.is_dir() and path.name[0] != "."}

    def drafts(self, process: int) -> list[str]:
        """Runs that this process has begun."""
        return [record.run_id for record in self.registry.drafts() if record.process == process]

    def whole(self) -> None:
        """Nothing that was finished is damaged."""
        entries = Ledger(self.runs).entries()
        decisions = Decisions(entries)
        for run in self.registry.runs():
            assert run.has_plan, f"{run.record.run_id} is {run.record.status}: {run.record.error}"
            assert len(run.plan.inventory)
        for entry in decisions.published.values():
            standing = decisions.standing(self.registry.find(entry.run_id))
            assert standing.state == "published"
            assert not standing.changed

    def sign(self) -> None:
        """Publish the newest proposal, if there is one."""
        newest = next(self.registry.runs())
        for role in ("retail", "distribution"):
            try:
                approve(newest.record.run_id, self.registry, Signature(role, "Ann"))
            except NothingToDo:
                return

    def finish(self) -> None:
        """Let the watcher do what is left, and end it as one should."""
        process = self.start()
        until = time.monotonic() + PATIENCE
        wanted = {f"E{number}" for number in range(1, self.events + 1)}
        while time.monotonic() < until and not any(wanted <= self.carried(run) for run in self.noted()):
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0

    def noted(self) -> list[Run]:
        """Runs that were proposed, the newest first."""
        names = {entry.run_id for entry in Ledger(self.runs).entries() if entry.kind == "proposed"}
        return [run for run in self.registry.runs() if run.record.run_id in names]

    def carried(self, run: Run) -> set[str]:
        """The events that are in a run."""
        return set(stored(run.folder)["event_id"])

    def everything_once(self) -> None:
        """Each event was detected once and is in the last plan once; each question has one answer, which was noted once."""
        entries = Ledger(self.runs).entries()
        wanted = {f"E{number}" for number in range(1, self.events + 1)}
        detected = Counter(
            event.event_id for entry in entries if entry.kind == "detected" for event in events_of(entry)
        )
        assert detected == dict.fromkeys(wanted, 1), detected
        runs = [run for run in self.registry.runs() if run.record.base]
        assert self.carried(runs[0]) == wanted
        questions = Counter((run.record.base, frozenset(self.carried(run))) for run in runs)
        assert max(questions.values()) == 1, questions
        noted = Counter(entry.run_id for entry in entries if entry.kind == "proposed")
        assert noted == {run.record.run_id: 1 for run in runs}, noted


def main() -> None:
    """Print how often it was killed where."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--kills", type=int, default=100)
    given.add_argument("--seed", type=int, default=0)
    asked = given.parse_args()
    from planner.sample import init
    from planner.verbs.solve import Request, solve

    with tempfile.TemporaryDirectory() as place:
        data, runs = Path(place) / "data", Path(place) / "runs"
        init(data, "tiny")
        solve(Request(data), open_registry(runs))
        siege, began = Siege(data, runs, Random(asked.seed)), time.monotonic()
        siege.go(asked.kills)
        where = ", ".join(f"{count} {moment}" for moment, count in siege.kills.items())
        print(
            f"{asked.kills} kills ({where}) in {time.monotonic() - began:.0f} s: {siege.events} events, "
            f"{len(list(siege.registry.runs()))} runs, {len(Ledger(runs).entries())} entries; nothing lost, nothing twice"
        )


if __name__ == "__main__":
    main()

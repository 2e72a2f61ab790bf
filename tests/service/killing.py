"""A server that is killed again and again while somebody submits, and what must be true afterwards."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from planner.plan.registry import Registry
from planner.response.ledger.ledger import Ledger
from tests.service.server import Server, ended

REORDER = {"policy": "reorder", "force": True}


@dataclass
class Story:
    """What was submitted, by key, and what the server said of it."""

    base: str  # the run to whose plan events happen
    accepted: dict[str, set[str]] = field(default_factory=dict)
    proposals: list[str] = field(default_factory=list)  # jobs that answer events
    rejected: set[str] = field(default_factory=set)
    kills: int = 0
    restarts: list[float] = field(default_factory=list)  # seconds until it served again


class Crowd:
    """Who submits and rejects; what gets no answer is sent again with its key, as clients do."""

    def __init__(self, server: Server, story: Story, dataset: str) -> None:
        self.server, self.story, self.dataset = server, story, dataset
        self.over = threading.Event()

    def submit(self, jobs: int) -> None:
        """Submit until it is over: of three jobs one answers an event; proposals that are done are rejected."""
        for number in range(jobs):
            events = number % 3 == 2
            told = self._sent(
                "/v1/replan" if events else "/v1/solve",
                self._event(number) if events else REORDER | {"dataset": self.dataset, "seed": number},
                {"Idempotency-Key": f"key-{number}"},
            )
            if told is None:
                return
            job = told.json()["id"]
            self.story.accepted.setdefault(f"key-{number}", set()).add(job)
            if events:
                self.story.proposals.append(job)
            self._reject()
            time.sleep(0.2)

    def _event(self, number: int) -> dict[str, Any]:
        """Each another one: the same question would be answered by the run that there is."""
        event = {"event_id": f"E{number}", "type": "tariff_change", "factor": 1.0 + (1 + number) / 1000}
        event["at"] = f"2026-03-02T{number // 60 % 24:02d}:{number % 60:02d}"
        return {"run": self.story.base, "dataset": self.dataset, "events": [event], "time_limit": 1}

    def _reject(self) -> None:
        for job in self.story.proposals:
            if job in self.story.rejected or self.over.is_set():
                continue
            told = self._sent(f"/v1/runs/{job}/reject", {"role": "retail", "note": "not now"}, {}, {404})
            if told is not None and told.status_code == 200:
                self.story.rejected.add(job)

    def _sent(
        self, path: str, body: dict[str, Any], headers: dict[str, str], good: Set[int] = frozenset()
    ) -> httpx.Response | None:
        while not self.over.is_set():
            try:
                with self.server.client as client:
                    told = client.post(path, json=body, headers=headers)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if told.status_code in {200, 202, *good}:
                return told
            assert told.status_code == 429, told.text
            time.sleep(0.2)
        return None


def killed(server: Server, dataset: str, kills: int, jobs: int, seed: int, longest: float = 3.0) -> Story:
    """Kill the server at `kills` random moments while up to `jobs` jobs are submitted, and let it finish them in the end."""
    with server.client as client:
        base = client.post("/v1/solve", json=REORDER | {"dataset": dataset}).json()["id"]
        assert ended(client, base)["status"] == "done"
    chance, story = random.Random(seed), Story(base, {"base": {base}})
    crowd = Crowd(server, story, dataset)
    thread = threading.Thread(target=crowd.submit, args=(jobs,))
    thread.start()
    try:
        while story.kills < kills:
            time.sleep(chance.uniform(0.0, longest))
            server.kill()
            story.kills += 1
            began = time.monotonic()
            server.begin()
            story.restarts.append(time.monotonic() - began)
        thread.join(240)
    finally:
        crowd.over.set()
        thread.join()
    return story


def assert_the_ledger_is_whole(server: Server, story: Story) -> None:
    """Its hashes agree, and what was proposed or rejected is in it once."""
    counts = Counter((entry.kind, entry.run_id) for entry in Ledger(server.folder / "runs").entries())
    assert {job for kind, job in counts if kind == "proposed"} >= set(story.proposals)
    assert {job for kind, job in counts if kind == "rejected"} >= story.rejected
    assert set(counts.values()) <= {1}, counts


def assert_nothing_is_lost_or_done_twice(server: Server, story: Story) -> list[dict[str, Any]]:
    """Every accepted job has ended once, with one run of its own, and there are no others; the ledger is whole."""
    assert all(len(ids) == 1 for ids in story.accepted.values()), "a key became two jobs"
    ids = {next(iter(found)) for found in story.accepted.values()}
    with server.client as client:
        finished = [ended(client, job) for job in sorted(ids)]
        listed = list(everything(client, "/v1/jobs"))
        for job in finished:
            kinds = [
                line.removeprefix("event: ")
                for line in client.get(f"/v1/jobs/{job['id']}/events").text.splitlines()
                if line.startswith("event: ")
            ]
            assert [kind for kind in kinds if kind in ("done", "failed", "cancelled")] == ["done"]
    assert {job["status"] for job in finished} == {"done"}, finished
    assert sorted(job["id"] for job in listed) == sorted(ids)
    runs = [run.record.run_id for run in Registry(server.folder / "runs").runs()]
    assert sorted(runs) == sorted(job["run_id"] for job in listed)
    assert list(Path(server.folder / "runs").glob(".*.partial")) == []
    assert_the_ledger_is_whole(server, story)
    return finished


def everything(client: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    """All pages of a list."""
    page = {"next": ""}
    while page["next"] is not None:
        page = client.get(
            path, params={"limit": 200, **({"before": page["next"]} if page["next"] else {})}
        ).json()
        yield from page["items"]

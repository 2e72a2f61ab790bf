"""A server that is killed again and again while somebody submits, and what must be true afterwards."""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from planner.plan.registry import Registry
from tests.service.server import Server, ended


@dataclass
class Story:
    """What was submitted, by key, and what the server said of it."""

    accepted: dict[str, set[str]] = field(default_factory=dict)
    kills: int = 0
    restarts: list[float] = field(default_factory=list)  # seconds until it served again


def submitting(
    server: Server, story: Story, dataset: str, keys: Iterator[str], over: threading.Event
) -> None:
    """Submit until it is over; what gets no answer is sent again with its key, as clients do."""
    for seed, key in enumerate(keys):
        body = {"dataset": dataset, "seed": seed, "policy": "reorder", "force": True}
        while not over.is_set():
            try:
                with server.client as client:
                    told = client.post("/v1/solve", json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if told.status_code in (200, 202):
                story.accepted.setdefault(key, set()).add(told.json()["id"])
                break
            assert told.status_code == 429, told.text
            time.sleep(0.2)
        if over.is_set():
            return
        time.sleep(0.2)


def killed(server: Server, dataset: str, kills: int, jobs: int, seed: int, longest: float = 3.0) -> Story:
    """Kill the server at `kills` random moments while up to `jobs` jobs are submitted, and let it finish them in the end."""
    chance, story, over = random.Random(seed), Story(), threading.Event()
    keys = (f"key-{number}" for number in range(jobs))
    client = threading.Thread(target=submitting, args=(server, story, dataset, keys, over))
    client.start()
    try:
        while story.kills < kills:
            time.sleep(chance.uniform(0.0, longest))
            server.kill()
            story.kills += 1
            began = time.monotonic()
            server.begin()
            story.restarts.append(time.monotonic() - began)
        client.join(240)
    finally:
        over.set()
        client.join()
    return story


def assert_nothing_is_lost_or_done_twice(
    server: Server, story: Story, before: int = 0
) -> list[dict[str, Any]]:
    """Every accepted job has ended once, with one run of its own; the store is whole."""
    assert all(len(ids) == 1 for ids in story.accepted.values()), "a key became two jobs"
    ids = {next(iter(found)) for found in story.accepted.values()}
    with server.client as client:
        finished = [ended(client, job) for job in sorted(ids)]
        listed = client.get("/v1/jobs", params={"limit": 200}).json()["items"]
        for job in finished:
            kinds = [
                line.removeprefix("event: ")
                for line in client.get(f"/v1/jobs/{job['id']}/events").text.splitlines()
                if line.startswith("event: ")
            ]
            assert [kind for kind in kinds if kind in ("done", "failed", "cancelled")] == ["done"]
    assert {job["status"] for job in finished} == {"done"}, finished
    assert {job["id"] for job in listed} >= ids
    if len(listed) < 200:  # nor was anything done that nobody knows of
        assert len(listed) == len(ids) + before
    runs = [run.record.run_id for run in Registry(server.folder / "runs").runs()]
    assert sorted(runs) == sorted(job["run_id"] for job in listed) if len(listed) < 200 else ids <= set(runs)
    assert len(runs) == len(set(runs))
    assert list(Path(server.folder / "runs").glob(".*.partial")) == []
    return finished

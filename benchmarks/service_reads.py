"""Many clients poll and stream while two solves run: how long do answers take?

`python -m benchmarks.service_reads [clients] [seconds]`, from the repository's folder; 50 clients and 60 s by default.
"""

import sys
import tempfile
import threading
import time
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path

import httpx

from tests.service.server import Server, serving, until

RETAIL = Path(__file__).parents[1] / "data" / "retail"


def begun(folder: Path) -> AbstractContextManager[Server]:
    """A server for two jobs at once."""
    return serving(folder, "--no-auth", "--workers=2", f"--allow={RETAIL}")


def _progress(client: httpx.Client, job: str) -> object:
    return client.get(f"/v1/jobs/{job}").json()["progress"]


def main(clients: int = 50, seconds: int = 60) -> None:
    """Every client reads once a second, half of them hold a stream open besides; print the distribution."""
    with tempfile.TemporaryDirectory() as folder, begun(Path(folder) / "s") as server:
        with server.client as client:
            dataset = client.post("/v1/datasets", json={"folder": str(RETAIL)}).json()["id"]
            run = client.post("/v1/solve", json={"dataset": dataset, "policy": "reorder"}).json()["id"]
            until(lambda: client.get(f"/v1/jobs/{run}").json()["status"] == "done")
            options = {"dataset": dataset, "gap": 0, "threads": 1, "time_limit": seconds + 60}
            jobs = [
                client.post("/v1/solve", json={**options, "seed": seed}).json()["id"] for seed in range(2)
            ]
            for job in jobs:
                until(partial(_progress, client, job))
        times, faults = measured(server, jobs, run, clients, seconds)
    times.sort()
    shares = ", ".join(
        f"p{share}: {1000 * times[len(times) * share // 100]:.0f} ms" for share in (50, 95, 99)
    )
    print(
        f"{clients} clients, {len(times):,} reads in {seconds} s, {faults} faults; {shares}, longest {1000 * times[-1]:.0f} ms"
    )


def connected(server: Server) -> httpx.Client:
    """A client that spends no time on certificates."""
    return httpx.Client(base_url=server.address, timeout=60, verify=False)


def measured(
    server: Server, jobs: list[str], run: str, clients: int, seconds: int
) -> tuple[list[float], int]:
    """Seconds of every read, and how many were no answer."""
    times, faults, events = list[float](), list[str](), [0] * (clients // 2)
    paths = [
        "/v1/jobs",
        f"/v1/jobs/{jobs[0]}",
        "/v1/runs",
        f"/v1/runs/{run}",
        f"/v1/runs/{run}/tables/orders?limit=50",
    ]
    everybody_is_there = threading.Barrier(clients)

    def stream(number: int) -> None:
        path = f"/v1/jobs/{jobs[number % 2]}/events"
        with suppress(httpx.TransportError), connected(server) as client, client.stream("GET", path) as told:
            for line in told.iter_lines():  # it ends with the server
                events[number] += line.startswith("event:")

    def read(number: int) -> None:
        with connected(server) as client:
            everybody_is_there.wait()
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                began = time.monotonic()
                answer = client.get(paths[number % len(paths)])
                times.append(time.monotonic() - began)
                if answer.status_code != 200:
                    faults.append(answer.text)
                number += 1
                time.sleep(1.0)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(clients)]
    threads += [
        threading.Thread(target=stream, args=(number,), daemon=True) for number in range(clients // 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads[:clients]:
        thread.join()
    assert min(events) > 1, f"a stream was silent: {events}"
    return times, len(faults)


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]))

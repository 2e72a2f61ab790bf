"""A client of the service."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

from planner.client.failures import failure
from planner.client.results import DataSet, Decision, Entry, Event, Exceptions, Job, Override, Response, Run
from planner.errors import Unavailable, UsageError
from planner.plan.files import write_atomically

if TYPE_CHECKING:
    import pandas as pd

POLL = 30  # seconds that the service may let a question for a job wait
PAUSE = 1.0  # seconds before a service that didn't answer is asked again
TABLES = (".csv", ".parquet", ".xlsx", ".toml")


class Client:
    """The service at an address; `token` is one of `planner tokens create`.

    A service that doesn't answer, or takes nothing more now, is asked again for `patience` seconds: then Unavailable.
    What is submitted has a key, so that it is done once however often it is sent. Problems are raised as the exceptions of
    `planner.errors`: InvalidData with its findings, NoFeasiblePlan with its conflicts, UsageError, …
    """

    def __init__(self, address: str, token: str | None = None, *, patience: float = 60.0) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=httpx.Timeout(30.0, read=300.0))
        self._patience = patience

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def upload(
        self, tables: Path | str, *, name: str = "", strict: bool = False, key: str | None = None
    ) -> DataSet:
        """Bring the tables in a folder, a workbook or a zip archive; with a `key` of its own a program begun again does so once."""
        body = _zipped(Path(tables))
        asked = {"name": name, "strict": strict}
        headers = {"Content-Type": "application/zip"}
        sent = self._submit("/v1/datasets", key=key, content=body, params=asked, headers=headers)
        return DataSet.of(sent)

    def use_folder(
        self, folder: str, *, name: str = "", strict: bool = False, key: str | None = None
    ) -> DataSet:
        """Use the tables in a folder of the service's machine that its operator allows."""
        asked = {"name": name, "strict": strict}
        return DataSet.of(self._submit("/v1/datasets", key=key, json={"folder": folder}, params=asked))

    def solve(self, dataset: DataSet | str, *, key: str | None = None, **options: Any) -> Job:
        """As `planner solve`, with its options by name. With a `key` of its own, a program begun again submits once, too."""
        return self._job("solve", dataset, key, options)

    def scenarios(self, dataset: DataSet | str, *, key: str | None = None, **options: Any) -> Job:
        """As `planner scenarios`."""
        return self._job("scenarios", dataset, key, options)

    def simulate(self, dataset: DataSet | str, *, key: str | None = None, **options: Any) -> Job:
        """As `planner simulate`."""
        return self._job("simulate", dataset, key, options)

    def replan(
        self,
        run: Run | str,
        events: Sequence[dict[str, Any]] | Path | None = None,
        dataset: DataSet | str | None = None,
        *,
        key: str | None = None,
        **options: Any,
    ) -> Job:
        """As `planner replan`: `events` are rows, or a CSV or JSON file; None = the table `events` of the tables.

        Without a data set the tables are those of the run. If the run has all events already, `result` says `nothing to do`.
        """
        told = events.read_text(encoding="utf-8-sig") if isinstance(events, Path) else events
        body = {"run": _id(run), "events": told, "dataset": _id(dataset) if dataset else None, **options}
        return Job.of(self._submit("/v1/replan", key=key, json=body))

    def job(self, job: Job | str) -> Job:
        """The job as it is now."""
        return Job.of(self._get(f"/v1/jobs/{_id(job)}"))

    def cancel(self, job: Job | str) -> Job:
        """Ask a job to stop; it keeps the best plan so far."""
        return Job.of(self._asked("POST", f"/v1/jobs/{_id(job)}/cancel").json())

    def wait(self, job: Job | str, timeout: float | None = None) -> Job:
        """The job when it is done; also over restarts of the service.

        Raises its problem if it has failed, TimeoutError after `timeout` seconds; the job goes on then. A cancelled one returns.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            left = POLL if until is None else min(POLL, max(0.0, until - time.monotonic()))
            found = Job.of(self._get(f"/v1/jobs/{_id(job)}", {"wait": left}))
            if found.status == "failed":
                raise failure(found.error or {})
            if found.ended:
                return found
            if until is not None and time.monotonic() >= until:
                raise TimeoutError(f"job {found.id} is {found.status} after {timeout:.0f} s; it goes on")

    def events(self, job: Job | str, after: int = 0) -> Iterator[Event]:
        """What happens to the job, as it happens, until it has ended; also over restarts of the service."""
        path, kind = f"/v1/jobs/{_id(job)}/events", ""
        since = time.monotonic()
        while kind not in ("done", "failed", "cancelled"):
            try:
                with self._http.stream("GET", path, params={"after": after}) as answer:
                    if answer.is_error:
                        answer.read()
                        raise failure(_problem(answer))
                    for event in _events(answer.iter_lines()):
                        after, kind, since = event.number, event.kind, time.monotonic()
                        yield event
            except httpx.TransportError as fault:
                if time.monotonic() - since > self._patience:
                    raise Unavailable(f"The service doesn't answer: {fault}") from fault
            if kind not in ("done", "failed", "cancelled"):
                if self.job(job).ended and not kind:
                    return
                time.sleep(PAUSE)

    def runs(self) -> Iterator[Run]:
        """All runs, the newest first."""
        return map(Run.of, self._pages("/v1/runs"))

    def run(self, run: str = "latest") -> Run:
        """A run by id or alias."""
        return Run.of(self._get(f"/v1/runs/{run}"))

    def table(self, run: Run | str, name: str = "orders", **filters: Any) -> "pd.DataFrame":
        """`orders`, `loads` or `inventory` of a run; filters: item, location, origin, destination, mode, day."""
        import pandas as pd

        asked = {"format": "parquet", **filters}
        answer = self._asked("GET", f"/v1/runs/{_id(run)}/tables/{name}", params=asked)
        return pd.read_parquet(io.BytesIO(answer.content))

    def explain(self, run: Run | str, **wanted: Any) -> dict[str, Any]:
        """As `planner explain --json`: `order`, or `item`, `location` and `day`."""
        return self._get(f"/v1/runs/{_id(run)}/explain", wanted)

    def check(self, run: Run | str) -> dict[str, Any]:
        """As `planner check --json`."""
        return self._get(f"/v1/runs/{_id(run)}/check")

    def compare(self, *runs: Run | str, require: Sequence[str] = ()) -> dict[str, Any]:
        """As `planner compare --json`."""
        return self._get("/v1/compare", {"run": [_id(run) for run in runs], "require": list(require)})

    def exceptions(
        self, dataset: DataSet | str, run: Run | str | None = None, *, rows: int = 20
    ) -> Exceptions:
        """As `planner exceptions`: against the run, by default the newest of these tables."""
        asked = {"dataset": _id(dataset), "rows": rows} | ({"run": _id(run)} if run else {})
        return Exceptions.of(self._get("/v1/exceptions", asked))

    def approve(self, run: Run | str, role: str, note: str = "") -> Decision:
        """As `planner approve`, in the name of the token, which needs the role. Raises NotNow, PlanRefuted, UsageError."""
        return Decision.of(self._decide(run, "approve", {"role": role, "note": note}))

    def reject(self, run: Run | str, role: str, note: str) -> Decision:
        """As `planner reject`; the note says why. Raises NotNow, UsageError."""
        return Decision.of(self._decide(run, "reject", {"role": role, "note": note}))

    def override(self, run: Run | str, order: str, reason: str, **wanted: Any) -> Override:
        """As `planner override`: `quantity`, `mode`, `date`, `item`. Raises PlanRefuted with the limits that it breaks, NotNow."""
        return Override.of(self._decide(run, "override", {"order": order, "reason": reason, **wanted}))

    def ledger(self, run: Run | str | None = None) -> Iterator[Entry]:
        """Who decided what, the newest first; on one run, or all."""
        path = f"/v1/runs/{_id(run)}/ledger" if run else "/v1/ledger"
        return map(Entry.of, self._pages(path))

    def response(self) -> Response:
        """As `planner response`: how fast events were answered."""
        return Response.of(self._get("/v1/response"))

    def export(self, run: Run | str, to: Path | str) -> Path:
        """Write the plan as an .xlsx file; raises UsageError if there is a file already."""
        if Path(to).exists():
            raise UsageError(f"{to} exists already; nothing was written")
        content = self._asked("GET", f"/v1/runs/{_id(run)}/export").content
        write_atomically(Path(to), lambda path: path.write_bytes(content))
        return Path(to)

    def _job(self, verb: str, dataset: DataSet | str, key: str | None, options: dict[str, Any]) -> Job:
        body = {"dataset": _id(dataset), **options}
        return Job.of(self._submit(f"/v1/{verb}", key=key, json=body))

    def _decide(self, run: Run | str, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        content: dict[str, Any] = self._asked("POST", f"/v1/runs/{_id(run)}/{verb}", json=body).json()
        return content

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every item of a list."""
        asked: dict[str, Any] = {"limit": 200}
        while True:
            page = self._get(path, asked)
            yield from page["items"]
            if page["next"] is None:
                return
            asked["before"] = page["next"]

    def _submit(self, path: str, *, key: str | None = None, **request: Any) -> dict[str, Any]:
        headers = request.pop("headers", {}) | {"Idempotency-Key": key or uuid.uuid4().hex}
        content: dict[str, Any] = self._asked("POST", path, headers=headers, **request).json()
        return content

    def _get(self, path: str, asked: dict[str, Any] | None = None) -> dict[str, Any]:
        content: dict[str, Any] = self._asked("GET", path, params=asked or {}).json()
        return content

    def _asked(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer; asked again while the service isn't there, or takes nothing more."""
        until = time.monotonic() + self._patience
        while True:
            try:
                answer = self._http.request(method, path, **request)
            except httpx.TransportError as fault:
                passing: Unavailable = Unavailable(f"The service doesn't answer: {fault}")
            else:
                if not answer.is_error:
                    return answer
                found = failure(_problem(answer))
                if not isinstance(found, Unavailable):
                    raise found
                passing = found
            if time.monotonic() >= until:
                raise passing
            time.sleep(PAUSE)


def _id(thing: DataSet | Job | Run | str) -> str:
    return thing if isinstance(thing, str) else thing.run_id if isinstance(thing, Run) else thing.id


def _problem(answer: httpx.Response) -> dict[str, Any]:
    """The problem document, or what a proxy in between has said."""
    try:
        content: dict[str, Any] = answer.json()
    except ValueError:
        return {"status": answer.status_code, "detail": f"{answer.status_code} {answer.reason_phrase}"}
    return content


def _zipped(tables: Path) -> bytes:
    if tables.is_file() and tables.suffix.lower() == ".zip":
        return tables.read_bytes()
    files = (
        [tables]
        if tables.is_file()
        else sorted(path for path in tables.glob("*") if path.suffix.lower() in TABLES)
    )
    if not files:
        raise UsageError(f"{tables} has no tables in it")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.name)
    return buffer.getvalue()


def _events(lines: Iterator[str]) -> Iterator[Event]:
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "event" in fields:
            yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}

"""Every scenario as a run: in parallel, and only those that aren't there yet."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import InvalidData, NoFeasiblePlan, NoPlanInTime, PlanRefuted, Unavailable
from planner.plan.progress import Listener
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.tables.report import Report
from planner.verbs.solve import Hooks, Request
from planner.verbs.solve import solve as solve_run
from planner.verbs.validate import valid_data

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from planner.tables.findings import Finding
    from planner.value.compare.comparison import Comparison
    from planner.value.scenarios.scenario import Scenario

LOOK = 0.2  # seconds between two looks whether to stop


@dataclass(frozen=True)
class Answer:
    """What became of a scenario: a run with a plan, or the reason why there is none (kind and message)."""

    name: str
    run: Run | None = None
    reused: bool = False
    reason: tuple[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The answer in JSON's types."""
        record = self.run.record if self.run else None
        return {
            "scenario": self.name,
            "run_id": record.run_id if record else None,
            "folder": str(self.run.folder) if self.run else None,
            "status": record.status if record else "failed" if self.reason else "not solved",
            "reused": self.reused,
            "interrupted": bool(record and record.interrupted),
            "cost": record.cost if record else None,
            "bound": record.bound if record else None,
            "gap": record.gap if record else None,
            "error": None if self.reason is None else {"kind": self.reason[0], "message": self.reason[1]},
        }


@dataclass(frozen=True)
class Watch:
    """How the caller follows the scenarios, and ends them early."""

    answered: Callable[[Answer], None] = lambda _: None
    progress: Listener = lambda _: None
    stop: Callable[[], bool] = lambda: False


def solve_scenarios(
    request: Request,
    registry: Registry,
    *,
    only: str | None = None,
    file: Path | None = None,
    workers: int = 1,
    watch: Watch = Watch(),
) -> list[Answer]:
    """Solve the scenarios of the file (or `only` those, with commas between the names) and `base`, with the request's effort.

    `workers` are processes. All scenarios are checked before the first one is solved: raises InvalidData with every problem,
    UsageError. A scenario without a plan is an answer with its reason, and doesn't stop the others; one that the
    registry has answered isn't solved again. After a stop, those that had not begun have neither run nor reason.
    """
    from planner.value.scenarios.file import chosen, file_of, read_scenarios

    try:
        scenarios = chosen(read_scenarios(file or file_of(request.source)), only)
        threads = _check(request, scenarios, workers)
    except InvalidData as fault:
        if request.errors is not None:
            Report(fault.findings, None, 0.0).write(request.errors)
        raise
    requests = [replace(request, scenario=scenario, threads=threads, errors=None) for scenario in scenarios]
    solve = _one_by_one if workers == 1 else _in_parallel
    found: dict[str, Answer] = {}
    for answer in solve(requests, registry, min(workers, len(requests)), watch):
        found[answer.name] = answer
        watch.answered(answer)
    return [found.get(scenario.name, Answer(scenario.name)) for scenario in scenarios]


def comparison_of(answers: list[Answer]) -> "Comparison | None":
    """All that have a plan, against `base`; None if that has none, or nothing else has one."""
    from planner.value.compare.comparison import compare

    solved = [answer for answer in answers if answer.run]
    if len(solved) < 2 or solved[0].name != answers[0].name:
        return None
    return compare([answer.run for answer in solved if answer.run], [answer.name for answer in solved])


def _check(request: Request, scenarios: "list[Scenario]", workers: int) -> int | None:
    """Raise InvalidData or UsageError unless every scenario can be solved as far as that can be said without solving it.

    Returns the threads of a worker; None = as the profile says.
    """
    from planner.plan.effort import effort
    from planner.value.scenarios.apply import apply

    base, _ = valid_data(request.source, strict=request.strict)
    findings: list[Finding] = []
    for scenario in scenarios:
        report = apply(scenario, base, strict=request.strict)
        findings += report.errors
        if report.data:
            effort(report.data.settings, request.profile, buckets=request.buckets)
    if findings:
        raise InvalidData(list(dict.fromkeys(findings)))  # an inherited change is found once
    if request.threads is not None or workers == 1:
        return request.threads
    return min(effort(base.settings, request.profile).threads, max(1, (os.cpu_count() or 1) // workers))


def _answer(request: Request, registry: Registry, hooks: Hooks) -> Answer:
    assert request.scenario is not None
    name = request.scenario.name
    try:
        outcome = solve_run(request, registry, hooks)
    except (NoFeasiblePlan, NoPlanInTime, PlanRefuted) as fault:
        return Answer(name, reason=(type(fault).__name__, str(fault)))
    return Answer(name, outcome.run, outcome.reused)


def _one_by_one(requests: list[Request], registry: Registry, _: int, watch: Watch) -> Iterator[Answer]:
    for request in requests:
        if watch.stop():
            return
        try:
            yield _answer(request, registry, Hooks(progress=_named(request, watch.progress), stop=watch.stop))
        except KeyboardInterrupt:
            if not watch.stop():
                raise


def _named(request: Request, listener: Listener) -> Listener:
    """Progress that says of which scenario it is."""
    name = request.scenario.name if request.scenario else ""
    return lambda progress: listener(replace(progress, phase=f"{name}, {progress.phase}"))


def _in_parallel(requests: list[Request], registry: Registry, workers: int, watch: Watch) -> Iterator[Answer]:
    context = get_context(
        "spawn"
    )  # a fork would copy the threads of numerical libraries in whatever state they are
    stopped = context.Event()
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(stopped,)) as pool:
        waiting: set[Future[Answer | None]] = {pool.submit(_work, request, registry) for request in requests}
        while waiting:
            done, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
            if watch.stop() and not stopped.is_set():
                stopped.set()
                waiting = {future for future in waiting if not future.cancel()}
            for future in done:
                answer = _result(future, watch)
                if answer is not None:
                    yield answer


def _result(future: "Future[Answer | None]", watch: Watch) -> Answer | None:
    try:
        return future.result()
    except BrokenProcessPool:
        if watch.stop():
            return None
        raise Unavailable(
            "A worker has ended without a word, maybe because there was not enough memory. What is finished is kept; "
            "try again with fewer --workers."
        ) from None


_stopped: "Event | None" = None  # in a worker: set when the caller wants to stop
_signals = 0  # in a worker: how often Ctrl-C was pressed, of which a terminal tells every process


def _begin(stopped: "Event") -> None:
    global _stopped
    _stopped = stopped
    signal.signal(signal.SIGINT, _remember)


def _remember(_number: int, _frame: object) -> None:
    global _signals
    _signals += 1
    if _signals > 1:
        raise KeyboardInterrupt


def _stop() -> bool:
    return _signals > 0 or (_stopped is not None and _stopped.is_set())


def _work(request: Request, registry: Registry) -> Answer | None:
    """In a worker: the answer, or None if there was no time for one."""
    if _stop():
        return None
    try:
        return _answer(request, registry, Hooks(stop=_stop))
    except KeyboardInterrupt:
        return None

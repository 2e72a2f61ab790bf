"""Every scenario as a run: in parallel, and only those that aren't there yet."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import InvalidData, NoFeasiblePlan, NoPlanInTime, PlanRefuted
from planner.parallel import in_parallel
from planner.plan.progress import Listener
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.tables.report import Report
from planner.verbs.solve import Hooks, Request
from planner.verbs.solve import solve as solve_run
from planner.verbs.validate import valid_data

if TYPE_CHECKING:
    from planner.tables.findings import Finding
    from planner.value.compare.comparison import Comparison
    from planner.value.scenarios.scenario import Scenario


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
    if workers == 1:
        answers = _one_by_one(requests, registry, watch)
    else:
        answers = in_parallel(partial(_solved, registry), requests, min(workers, len(requests)), watch.stop)
    found: dict[str, Answer] = {}
    for answer in answers:
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


def document(answers: list[Answer], compared: "Comparison | None", *, interrupted: bool) -> dict[str, Any]:
    """Scenarios and their comparison for programs."""
    failed = any(answer.reason for answer in answers)
    return {
        "status": "interrupted" if interrupted else "infeasible" if failed else "done",
        "scenarios": [answer.as_dict() for answer in answers],
        "comparison": compared.as_dict(rows=False) if compared else None,
    }


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


def _solved(registry: Registry, request: Request, stop: Callable[[], bool]) -> Answer:
    return _answer(request, registry, Hooks(stop=stop))


def _one_by_one(requests: list[Request], registry: Registry, watch: Watch) -> Iterator[Answer]:
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

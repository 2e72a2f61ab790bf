"""The verbs that the service can do. Each is the verb of the command line, and answers with its JSON document.

`network` alone is a part of one: what the report draws its network from.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.plan.progress import Progress
from planner.response.approval.published import open_registry
from planner.service.jobs.task import Task

if TYPE_CHECKING:
    from planner.value.simulate.study import State


@dataclass(frozen=True)
class Watch:
    """How the service follows a verb, and ends it early with what there is."""

    progress: Callable[[dict[str, Any]], None]
    stop: Callable[[], bool]

    def reported(self, progress: Progress) -> None:
        """Pass on what an engine says."""
        self.progress({**asdict(progress), "sentence": progress.sentence()})


def validate(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner validate`."""
    from planner.verbs.validate import document, valid_data

    data, warnings = valid_data(Path(task.source), **task.options)
    found = document(data, warnings)
    rows = sum(found["rows"].values())
    if rows > task.rows:
        raise UsageError(f"the tables have {rows:,} rows; this service takes {task.rows:,}")
    return found


def solve(task: Task, watch: Watch) -> dict[str, Any]:
    """As `planner solve`."""
    from planner.verbs.runs import document
    from planner.verbs.solve import Hooks, Request
    from planner.verbs.solve import solve as solve_run

    request = Request(Path(task.source), run_id=task.run_id, **task.options)
    outcome = solve_run(
        request, open_registry(Path(task.runs)), Hooks(progress=watch.reported, stop=watch.stop)
    )
    return {**document(outcome.run), "reused": outcome.reused}


def scenarios(task: Task, watch: Watch) -> dict[str, Any]:
    """As `planner scenarios`, one after the other."""
    from planner.verbs import scenarios as verb
    from planner.verbs.solve import Request

    options = dict(task.options)
    only = options.pop("only", None)
    follow = verb.Watch(progress=watch.reported, stop=watch.stop)
    request, registry = Request(Path(task.source), **options), open_registry(Path(task.runs))
    answers = verb.solve_scenarios(request, registry, only=only, watch=follow)
    return verb.document(answers, verb.comparison_of(answers), interrupted=watch.stop())


def simulate(task: Task, watch: Watch) -> dict[str, Any]:
    """As `planner simulate`, in the folder `simulations` beside the runs, so that an attempt goes on with what is done."""
    from planner.verbs.simulate import Hooks, Request, document
    from planner.verbs.simulate import simulate as run

    def progress(state: "State") -> None:
        watch.progress(asdict(state))

    folder = Path(task.runs).parent / "simulations" / str(task.run_id)
    folder.parent.mkdir(exist_ok=True)
    request = Request(Path(task.source), to=folder, **task.options)
    return document(run(request, Hooks(progress, watch.stop)))


def replan(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner replan`; `events` are rows, or the text of a file; without them, those of the table `events`."""
    from planner.verbs.replan import Request, document
    from planner.verbs.replan import replan as replan_run

    options = dict(task.options)
    events = options.pop("events", None)
    source = Path(task.source) if task.source else None
    request = Request(source=source, run_id=task.run_id, **options)
    with TemporaryDirectory() as folder:
        file = None if events is None else _file_of(events, Path(folder))
        registry = open_registry(Path(task.runs))
        return document(replan_run(task.names[0], file, registry, request, task.actor))


def _file_of(events: str | list[dict[str, Any]], folder: Path) -> Path:
    """The events as a file, so that they are read, and problems are named, as on the command line."""
    from planner.plan.files import to_json

    is_text = isinstance(events, str)
    path = folder / ("events.csv" if is_text else "events.json")
    path.write_text(str(events) if is_text else to_json(events), encoding="utf-8")
    return path


def exceptions(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner exceptions`, against the run that is named, or the newest of these tables."""
    from planner.verbs.exceptions import document
    from planner.verbs.exceptions import exceptions as look_at

    run = task.names[0] if task.names else None
    return document(look_at(Path(task.source), open_registry(Path(task.runs)), run, task.options["rows"]))


def approve(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner approve`."""
    from planner.verbs.approve import Request, document
    from planner.verbs.approve import approve as approve_run

    request = Request(by=task.actor, **task.options)
    return document(approve_run(task.names[0], open_registry(Path(task.runs)), request))


def reject(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner reject`."""
    from planner.verbs.approve import Request, document
    from planner.verbs.approve import reject as reject_run

    request = Request(by=task.actor, **task.options)
    return document(reject_run(task.names[0], open_registry(Path(task.runs)), request))


def override(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner override`."""
    from datetime import date

    from planner.verbs.override import Request, document
    from planner.verbs.override import override as override_order

    options = dict(task.options)
    day = options.pop("date", None)
    request = Request(by=task.actor, day=date.fromisoformat(day) if day else None, **options)
    return document(override_order(task.names[0], open_registry(Path(task.runs)), request))


def check(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner check`."""
    from planner.verbs.check import check as check_run
    from planner.verbs.check import document

    return document(check_run(task.names[0], open_registry(Path(task.runs))))


def explain(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner explain`."""
    from planner.verbs.explain import Wanted, document
    from planner.verbs.explain import explain as explain_order

    return document(explain_order(task.names[0], open_registry(Path(task.runs)), Wanted(**task.options)))


def compare(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner compare`."""
    from planner.verbs.compare import compare as compare_runs
    from planner.verbs.compare import document

    return document(compare_runs(task.names, open_registry(Path(task.runs)), **task.options))


def export(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner export --xlsx`, to the file `to`."""
    from planner.plan.export import export as export_run

    found = open_registry(Path(task.runs)).find(task.names[0])
    return {"status": "done", "path": str(export_run(found, "xlsx", Path(task.options["to"])))}


def report(task: Task, _: Watch) -> dict[str, Any]:
    """As `planner report`, to the file `to`."""
    from planner.verbs.report import report as write_report

    return write_report(task.names, open_registry(Path(task.runs)), Path(task.options["to"]))


def network(task: Task, _: Watch) -> dict[str, Any]:
    """What goes where in a run: what the report draws its network from."""
    from planner.verbs.report import network as flows

    return flows(task.names[0], open_registry(Path(task.runs)))


VERBS: dict[str, Callable[[Task, Watch], dict[str, Any]]] = {
    verb.__name__: verb
    for verb in (
        validate,
        solve,
        scenarios,
        simulate,
        exceptions,
        replan,
        override,
        approve,
        reject,
        check,
        explain,
        compare,
        export,
        report,
        network,
    )
}

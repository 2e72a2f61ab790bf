"""`planner schedule`: plans that the service makes again and again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from planner.cli import options, replan, scenarios
from planner.cli.serve import STORE, Database, Store, store_of
from planner.cli.session import session_of

if TYPE_CHECKING:
    from planner.service.store.schedules import Schedules
    from planner.service.store.tables import Schedule

app = typer.Typer(help="Plan again and again.", no_args_is_help=True, rich_markup_mode=None)
OF_THE_VERB = (
    *("profile", "gap", "time_limit", "threads", "seed", "policy", "engine", "buckets", "warm", "strict", "force"),
    *("only", "run", "max_changes", "change_cost", "certify"),
)  # fmt: skip

Name = Annotated[str, typer.Argument(metavar="NAME", help="A name of your choice.", show_default=False)]
Verb = Annotated[Literal["solve", "scenarios", "replan"], typer.Argument(help="What is done.")]
Cron = Annotated[
    str,
    typer.Option(
        "--cron",
        envvar="PLANNER_CRON",
        metavar="TIMES",
        help="Minute, hour, day of month, month, day of week: '30 5 * * 1-5'.",
        show_default=False,
    ),
]
Timezone = Annotated[
    str, typer.Option("--timezone", envvar="PLANNER_TIMEZONE", metavar="ZONE", help="Such as Europe/Berlin.")
]
Folder = Annotated[
    Path,
    typer.Option(
        "--folder",
        envvar="PLANNER_FOLDER",
        metavar="DIR",
        help="The tables, inside of a folder that the server allows.",
        show_default=False,
    ),
]
Grace = Annotated[
    int,
    typer.Option(
        "--grace",
        envvar="PLANNER_GRACE",
        min=1,
        max=7 * 24 * 60,
        help="Minutes that it may be late when the server was down.",
    ),
]
Base = Annotated[
    str,
    typer.Option("--run", envvar="PLANNER_RUN", metavar="RUN", help="Of replan: the plan that stands."),
]


@app.command("add")
def add(
    context: typer.Context,
    name: Name,
    cron: Cron,
    folder: Folder,
    verb: Verb = "solve",
    timezone: Timezone = "UTC",
    grace: Grace = 60,
    profile: options.Profile = "default",
    gap: options.Gap = None,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    policy: options.Policy = "joint",
    engine: options.Engine = "auto",
    buckets: options.Buckets = None,
    warm: options.Warm = None,
    strict: options.Strict = False,
    force: options.Force = False,
    only: scenarios.Only = None,
    run: Base = "published",
    max_changes: replan.MaxChanges = None,
    change_cost: replan.ChangeCost = 0.0,
    certify: replan.Certify = False,
    store: Store = STORE,
    database: Database = "",
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Let the service plan at these times, with the tables as they are then.

    The options are those of the verb."""
    schedules = _schedules(store, database)
    from planner.service.schedules.entry import schedule_of, shown

    given = {option: context.params[option] for option in OF_THE_VERB if _is_given(context, option)}
    made = schedule_of(name, verb, cron, timezone, folder, given, grace, schedules.allowed())
    schedules.add(made)
    document = shown(made, None)
    session_of(context).result(
        {"status": "done", **document}, [f"{name}: the next time is {document['next']}"]
    )


@app.command("list")
def list_schedules(
    context: typer.Context,
    store: Store = STORE,
    database: Database = "",
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """All schedules, when they come next, and how the last time went."""
    schedules = _schedules(store, database)
    from planner.service.schedules.entry import shown

    found = [shown(schedule, job) for schedule, job in schedules.list()]
    session_of(context).result(
        {"status": "done", "schedules": found}, [_line(one) for one in found] or ["There are no schedules."]
    )


@app.command("remove")
def remove(
    context: typer.Context,
    name: Name,
    store: Store = STORE,
    database: Database = "",
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """End a schedule; its jobs and runs stay."""
    _tell(context, _schedules(store, database).remove(name), "Removed")


@app.command("pause")
def pause(
    context: typer.Context,
    name: Name,
    store: Store = STORE,
    database: Database = "",
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Let a schedule rest until it is resumed."""
    _tell(context, _schedules(store, database).pause(name, paused=True), "Paused")


@app.command("resume")
def resume(
    context: typer.Context,
    name: Name,
    store: Store = STORE,
    database: Database = "",
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Let a schedule go on; what came in between is not made up for."""
    _tell(context, _schedules(store, database).pause(name, paused=False), "Resumed")


def _schedules(store: Path, database: str) -> "Schedules":
    opened = store_of(store, database)
    from planner.service.store.schedules import Schedules

    return Schedules(opened)


def _is_given(context: typer.Context, option: str) -> bool:
    """Whether it was said, here or in the environment."""
    source = context.get_parameter_source(option)
    return source is not None and source.name != "DEFAULT"


def _tell(context: typer.Context, schedule: "Schedule", what: str) -> None:
    session_of(context).result({"status": "done", "name": schedule.name}, [f"{what} {schedule.name}"])


def _line(one: dict[str, Any]) -> str:
    last, job = one["last"], (one["last"] or {}).get("job")
    went = f"last {last['at']} {last['status']}" if last else "not yet"
    went += f", job {job['id']} {job['status']}" if job else f": {last['message']}" if last else ""
    times = f"{one['cron']} {one['timezone']}"
    return f"{one['name']:<20} {one['verb']:<9} {times:<28} next {one['next'] or 'paused'}  {went}"

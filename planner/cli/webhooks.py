"""`planner webhooks`: who is told when jobs of the service have ended."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.options import Debug, Json
from planner.cli.serve import STORE, Database, Store, store_of
from planner.cli.session import narrate, session_of

if TYPE_CHECKING:
    from planner.service.store.hooks import Hooks
    from planner.service.store.tables import Delivery, Hook

app = typer.Typer(
    help="Tell other systems when jobs have ended.", no_args_is_help=True, rich_markup_mode=None
)

Events = Annotated[
    str,
    typer.Option("--events", envvar="PLANNER_EVENTS", help="Ends to tell of, with commas between them."),
]
Rows = Annotated[
    int, typer.Option("--rows", envvar="PLANNER_ROWS", min=1, max=10_000, help="How many to show.")
]


@app.command("add")
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="https:// or http://.", show_default=False)],
    events: Events = "done,failed,cancelled",
    store: Store = STORE,
    database: Database = "",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Send a signed message to the address whenever a job has ended.

    Prints the secret that messages are signed with, this once."""
    wanted = [event.strip() for event in events.split(",") if event.strip()]
    hook = _hooks(store, database).add(url, wanted)
    narrate(f"Webhook {hook.id} to {hook.url} ({', '.join(hook.events)}); its secret is not shown again:")
    session_of(context).result({"status": "done", **_shown(hook), "secret": hook.secret}, [hook.secret])


@app.command("list")
def list_webhooks(
    context: typer.Context,
    store: Store = STORE,
    database: Database = "",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """All addresses, the newest first, without their secrets."""
    found = [_shown(hook) for hook in _hooks(store, database).list()]
    lines = [f"{one['id']}  {one['state']:<8} {', '.join(one['events']):<24} {one['url']}" for one in found]
    session_of(context).result({"status": "done", "webhooks": found}, lines or ["There are no webhooks."])


@app.command("deliveries")
def deliveries(
    context: typer.Context,
    rows: Rows = 20,
    store: Store = STORE,
    database: Database = "",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """What was sent, the newest first: status, attempts, and the last error."""
    found = [_sent(delivery, hook) for delivery, hook in _hooks(store, database).deliveries(rows)]
    lines = [
        f"{one['id']}  {one['event']:<13} {one['status']:<9} {one['attempts']:>2} × {one['url']}  {one['error'] or ''}"
        for one in found
    ]
    session_of(context).result(
        {"status": "done", "deliveries": found},
        [line.rstrip() for line in lines] or ["Nothing was sent yet."],
    )


@app.command("remove")
def remove(
    context: typer.Context,
    webhook: Annotated[str, typer.Argument(metavar="ID", help="Its id, see `list`.", show_default=False)],
    store: Store = STORE,
    database: Database = "",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Send nothing to an address any more, also not what waits."""
    gone = _hooks(store, database).remove(webhook)
    session_of(context).result({"status": "done", **_shown(gone)}, [f"Removed {gone.id} to {gone.url}"])


def _hooks(store: Path, database: str) -> "Hooks":
    opened = store_of(store, database)
    from planner.service.store.hooks import Hooks

    return Hooks(opened)


def _shown(hook: "Hook") -> dict[str, Any]:
    return {
        "id": hook.id,
        "url": hook.url,
        "events": hook.events,
        "state": "disabled" if hook.disabled else "active",
        "created": hook.created.isoformat(timespec="seconds"),
    }


def _sent(delivery: "Delivery", hook: "Hook") -> dict[str, Any]:
    return {
        "id": delivery.id,
        "webhook": hook.id,
        "url": hook.url,
        "job": delivery.job_id,
        "event": delivery.event,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "code": delivery.code,
        "error": delivery.error,
        "last": delivery.last.isoformat(timespec="seconds") if delivery.last else None,
        "next": delivery.due.isoformat(timespec="seconds") if delivery.due else None,
    }

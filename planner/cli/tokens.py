"""`planner tokens`: who may use the service, and as what."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.options import Debug, Json
from planner.cli.serve import STORE, Database, Store, store_of
from planner.cli.session import narrate, session_of

if TYPE_CHECKING:
    from planner.service.store.tables import Token
    from planner.service.store.tokens import Tokens

app = typer.Typer(help="Make, list and revoke tokens.", no_args_is_help=True, rich_markup_mode=None)

Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        envvar="PLANNER_ROLE",
        metavar="ROLE",
        help="viewer, planner, retail, distribution or admin; may be repeated.",
    ),
]
Lifetime = Annotated[
    int, typer.Option("--lifetime", envvar="PLANNER_LIFETIME", min=0, help="Days; 0 = until it is revoked.")
]


@app.command("create")
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is.", show_default=False)],
    role: Roles,
    lifetime: Lifetime = 90,
    store: Store = STORE,
    database: Database = "",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Make a token, and print it this once.

    The store keeps only a hash of it."""
    token, text = _tokens(store, database).create(name, role, timedelta(days=lifetime) if lifetime else None)
    narrate(f"Token {token.id} of {token.name} ({', '.join(token.roles)}); it can't be shown again:")
    session_of(context).result({"status": "done", **_shown(token), "token": text}, [text])


@app.command("list")
def list_tokens(
    context: typer.Context,
    store: Store = STORE,
    database: Database = "",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """All tokens, the newest first, without their secrets."""
    found = [_shown(token) for token in _tokens(store, database).list()]
    lines = [
        f"{one['id']}  {one['name']:<24} {', '.join(one['roles']):<24} {one['state']:<8} {one['expires'] or ''}".rstrip()
        for one in found
    ]
    session_of(context).result({"status": "done", "tokens": found}, lines or ["There are no tokens."])


@app.command("revoke")
def revoke(
    context: typer.Context,
    token: Annotated[str, typer.Argument(metavar="ID", help="Its id, see `list`.", show_default=False)],
    store: Store = STORE,
    database: Database = "",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """End a token at once."""
    ended = _tokens(store, database).revoke(token)
    session_of(context).result({"status": "done", **_shown(ended)}, [f"Revoked {ended.id} of {ended.name}"])


def _tokens(store: Path, database: str) -> "Tokens":
    opened = store_of(store, database)
    from planner.service.store.tokens import Tokens

    return Tokens(opened)


def _shown(token: "Token") -> dict[str, Any]:
    from planner.service.store.tokens import is_valid

    state = "revoked" if token.revoked else "valid" if is_valid(token) else "expired"
    return {
        "id": token.id,
        "name": token.name,
        "roles": token.roles,
        "state": state,
        "created": token.created.isoformat(timespec="seconds"),
        "expires": token.expires.isoformat(timespec="seconds") if token.expires else None,
    }

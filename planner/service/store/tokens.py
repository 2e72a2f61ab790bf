"""Who may come in: tokens with roles, of which the store keeps only hashes."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import select

from planner.errors import UsageError
from planner.service.store.database import Database
from planner.service.store.tables import Token, now
from planner.tables.findings import nearest

Role = Literal["viewer", "planner", "retail", "distribution", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
PREFIX = "jp"  # so that scanners of repositories know one when they see it
_ID_BYTES, _SECRET_BYTES = 6, 32


@dataclass(frozen=True)
class Identity:
    """Who asks, and as what. An admin has every role; everybody may read."""

    id: str
    name: str
    roles: frozenset[str]

    def may(self, role: Role) -> bool:
        """Whether this role is one of theirs."""
        return role == "viewer" or self.signs_for(role)

    def signs_for(self, role: str) -> bool:
        """Whether they decide for this role, which may be one of planner.toml: they have it, or are an admin."""
        return role in self.roles or "admin" in self.roles


class Tokens:
    """The tokens in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, roles: Sequence[str], lifetime: timedelta | None = None) -> tuple[Token, str]:
        """A new token, and the text that proves it, which can't be read again.

        Raises UsageError for a role that doesn't exist or a name that is empty or too long.
        """
        for role in roles:
            if role not in ROLES:
                hint = nearest(role, ROLES) or f"Known are {', '.join(ROLES)}."
                raise UsageError(f"there is no role {role!r}. {hint}")
        if not roles or not 0 < len(name.strip()) <= 100:
            raise UsageError("a token needs a name of up to 100 characters, and a role")
        created, secret = now(), secrets.token_urlsafe(_SECRET_BYTES)
        token = Token(
            id=secrets.token_hex(_ID_BYTES),
            name=name.strip(),
            secret_hash=_hash(secret),
            roles=sorted(set(roles), key=ROLES.index),
            created=created,
            expires=created + lifetime if lifetime else None,
        )
        with self._database.session() as session:
            session.add(token)
        return token, f"{PREFIX}_{token.id}_{secret}"

    def list(self) -> list[Token]:
        """Every token, the newest first."""
        with self._database.reading() as session:
            return list(session.scalars(select(Token).order_by(Token.created.desc(), Token.id)))

    def revoke(self, token_id: str) -> Token:
        """End a token now; raises UsageError if there is none of that id. One that is revoked stays so."""
        with self._database.session() as session:
            token = session.get(Token, token_id)
            if token is None:
                raise UsageError(
                    f"there is no token {token_id!r}. `planner tokens list` shows those that are there."
                )
            token.revoked = token.revoked or now()
            return token

    def identify(self, text: str) -> Identity | None:
        """Whose token this is; None if it is none, has expired or is revoked."""
        prefix, _, rest = text.partition("_")
        token_id, _, secret = rest.partition("_")
        with self._database.reading() as session:
            token = (
                session.get(Token, token_id) if prefix == PREFIX and len(token_id) == 2 * _ID_BYTES else None
            )
        # compared in any case, in the same time: nobody learns from a clock which ids exist
        right = hmac.compare_digest(_hash(secret), token.secret_hash if token else _hash(""))
        if token is None or not right or not is_valid(token):
            return None
        return Identity(token.id, token.name, frozenset(token.roles))


def is_valid(token: Token, at: datetime | None = None) -> bool:
    """Whether the token is neither revoked nor expired."""
    return token.revoked is None and (token.expires is None or (at or now()) < token.expires)


def _hash(secret: str) -> str:
    """The secret has 256 random bits, so that a plain hash can't be turned round."""
    return hashlib.sha256(secret.encode()).hexdigest()

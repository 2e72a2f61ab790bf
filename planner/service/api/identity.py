"""Who asks: a token in the header, or in the cookie that the pages set; and whether they may."""

from collections.abc import Callable, Sequence
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from planner.service.api.problems import Problem
from planner.service.service import Service
from planner.service.store.tokens import Identity, Role

COOKIE = "planner_token"
NOBODY = Identity("local", "local", frozenset({"admin"}))  # with --no-auth, on this machine only
OWNERS: tuple[Role, ...] = ("planner", "retail", "distribution")  # who may have an order otherwise
_bearer = HTTPBearer(auto_error=False, description="A token of `planner tokens create`.")


def service_of(request: Request) -> Service:
    """The service that the app belongs to."""
    service: Service = request.app.state.service
    return service


def identity_of(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Identity:
    """Who asks. Ends the request with 401 if that is nobody, with 403 if another site's page asks in their name."""
    service = service_of(request)
    _require_same_site(request)
    if not service.settings.auth:
        request.state.actor = NOBODY.name
        return NOBODY
    text = bearer.credentials if bearer else request.cookies.get(COOKIE, "")
    identity = service.tokens.identify(text)
    if identity is None:
        detail = (
            "The token is not known, has expired or is revoked."
            if text
            else "Send a token: Authorization: Bearer …"
        )
        raise Problem(401, detail, "unknown", {"WWW-Authenticate": "Bearer"})
    request.state.actor = identity.name
    return identity


def require(*roles: Role) -> Callable[[Identity], Identity]:
    """Only who has one of the roles."""

    def check(identity: Annotated[Identity, Depends(identity_of)]) -> Identity:
        require_any(identity, roles)
        return identity

    return check


def require_any(identity: Identity, roles: Sequence[Role]) -> None:
    """End the request with 403 unless who asks has one of the roles."""
    if not any(identity.may(role) for role in roles):
        raise refused(identity, " or ".join(roles))


def require_signer(identity: Identity, role: str) -> None:
    """End the request with 403 unless who asks signs for this role."""
    if not identity.signs_for(role):
        raise refused(identity, role)


def refused(identity: Identity, needed: str) -> Problem:
    """Who asks doesn't have the role that this needs."""
    have = ", ".join(sorted(identity.roles))
    return Problem(
        403, f"This needs the role {needed}; the token {identity.name!r} has {have}.", "not allowed"
    )


def _require_same_site(request: Request) -> None:
    """A browser says from which site a request that changes something comes; it has to be this one."""
    origin = request.headers.get("origin")
    if request.method in ("GET", "HEAD") or origin is None:
        return
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise Problem(403, f"Pages of {origin} may not change anything here.", "not allowed")


Services = Annotated[Service, Depends(service_of)]
Viewer = Annotated[Identity, Depends(require("viewer"))]
Planner = Annotated[Identity, Depends(require("planner"))]
Owner = Annotated[Identity, Depends(require(*OWNERS))]

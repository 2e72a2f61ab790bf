"""Who looks at a page: sign in, sign out, and what is told where something fails."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from planner.service.api.identity import COOKIE, Services, identity_of
from planner.service.api.problems import Problem
from planner.service.pages import views
from planner.service.pages.render import page
from planner.service.store.tokens import Identity

router = APIRouter()


class SignIn(Exception):  # noqa: N818
    """Somebody without a valid token wants to see a page."""


def visitor(request: Request) -> Identity:
    """Who looks at the page; who is nobody is sent to sign in."""
    try:
        return identity_of(request, None)
    except Problem as problem:
        if problem.status == 401:
            raise SignIn from None
        raise


def problem_page(request: Request, problem: Problem) -> Response | None:
    """The problem as a page, for who looks at pages."""
    if request.url.path.startswith("/v1") or "text/html" not in request.headers.get("accept", ""):
        return None
    told = problem.document()
    findings = views.findings(told.get("findings") or [])
    return page(request, "problem.html.j2", None, status=problem.status, problem=told, findings=findings)


Visitor = Annotated[Identity, Depends(visitor)]


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """Where a token is entered."""
    return page(request, "sign_in.html.j2", None, wrong=False)


@router.post("/sign-in")
def sign_in(
    request: Request, service: Services, token: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Keep the token in a cookie that scripts can't read and other sites can't use."""
    identity = service.tokens.identify(token.strip())
    if identity is None:
        return page(request, "sign_in.html.j2", None, status=401, wrong=True)
    answer = RedirectResponse("/", 303)
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.set_cookie(COOKIE, token.strip(), httponly=True, samesite="strict", secure=secure, path="/")
    return answer


@router.post("/sign-out")
def sign_out(_: Visitor) -> Response:
    """Forget the token in this browser."""
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer

"""What answers have in common: tags by which a caller sees that nothing has changed, and pages of lists."""

import hashlib
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, Field

from planner.plan.files import to_json
from planner.service.api.problems import MEDIA_TYPE

ID = r"^[A-Za-z0-9][A-Za-z0-9.-]{0,59}$"
Limit = Annotated[int, Query(ge=1, le=200, description="How many there may be on a page.")]
Before = Annotated[
    str | None, Query(pattern=ID, description="`next` of the page before: what comes after it.")
]
Id = Annotated[str, Path(pattern=ID, description="An id.", examples=["20261122T153000.123Z-k7m2x"])]
RunName = Annotated[str, Path(pattern=ID, description="A run: id, alias, or `latest`.", examples=["latest"])]
Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A part of a list, the newest first. `next`, if it is not null, is the `before` of the next part."""

    items: list[Item]
    next: str | None = Field(examples=[None])


def told(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a request may end with, for the OpenAPI document; those of every request are added."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        code: {"description": description, "content": content}
        for code in sorted({401, 403, 422, 500, *codes})
        if (description := _DESCRIPTIONS[code])
    }


_DESCRIPTIONS = {
    400: "The request can't be read",
    401: "No token, or one that is not valid",
    403: "The token doesn't have the role that this needs",
    404: "There is no such thing",
    409: "Not possible in its present state",
    413: "Larger than this service takes",
    415: "Not in a form that is read here",
    422: "Not valid; `findings` say which file, row and column, `fields` which part of the request",
    429: "Too much at once; `Retry-After` says when to try again",
    500: "A fault of the planner",
    503: "Not available now",
    504: "Takes longer than an answer may",
}


def answer(
    request: Request,
    content: Any,
    *,
    status: int = 200,
    media_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Response:
    """JSON, text or bytes with a tag; 304 without them if the caller has them already."""
    body = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else None
    if body is None:
        body = to_json(content).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    all_headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"} | (
        headers or {}
    )
    if status == 200 and (tag in known or "*" in known):
        return Response(status_code=304, headers=all_headers)
    return Response(body, status, all_headers, media_type)

"""The addresses of the workbench. What it does, it does as the API does: `submit`, `find`, the same roles."""

from fastapi import APIRouter, Response

from planner.service.api.problems import Problem
from planner.service.pages import compare, datasets, decisions, exceptions, home, jobs, runs, visitor
from planner.service.pages.render import static

router = APIRouter(include_in_schema=False)
for part in (visitor, home, datasets, jobs, runs, decisions, exceptions, compare):
    router.include_router(part.router)


@router.get("/static/{name}")
def static_file(name: str) -> Response:
    """Styles and scripts."""
    found = static(name)
    if found is None:
        raise Problem(404, f"There is no file {name!r}.", "not found")
    body, media_type = found
    return Response(
        body,
        headers={"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"},
        media_type=media_type,
    )

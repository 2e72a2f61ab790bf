"""Templates → pages. They load nothing from elsewhere: scripts and styles are files of this server."""

from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader

from planner import __version__
from planner.report.write import environment
from planner.service.api.identity import service_of
from planner.service.store.tokens import Identity

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
STATIC = {
    "report.css": ("planner.report", "template", "text/css"),
    "report.js": ("planner.report", "template", "text/javascript"),
    "echarts.common.min.js": ("planner.report", "vendor", "text/javascript"),
    "htmx.min.js": ("planner.service.pages", "vendor", "text/javascript"),
    "workbench.css": ("planner.service.pages", "templates", "text/css"),
}


def page(
    request: Request, template: str, identity: Identity | None, *, status: int = 200, **content: Any
) -> HTMLResponse:
    """A page, or a part of one."""
    text = (
        _templates()
        .get_template(template)
        .render(identity=identity, version=__version__, auth=service_of(request).settings.auth, **content)
    )
    return HTMLResponse(text, status, HEADERS)


def static(name: str) -> tuple[bytes, str] | None:
    """A file of the pages and its type; None if there is none of that name."""
    if name not in STATIC:
        return None
    package, folder, media_type = STATIC[name]
    return (files(package) / folder / name).read_bytes(), media_type


@cache
def _templates() -> Environment:
    return environment(PackageLoader("planner.service.pages", "templates"))

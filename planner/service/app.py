"""The application: routes, problems, limits, and its OpenAPI document."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware

from planner import __version__
from planner.service.api import datasets, decisions, exceptions, jobs, operations, problems, runs, schedules
from planner.service.api.traffic import Traffic
from planner.service.metrics import Metrics
from planner.service.pages import routes as pages
from planner.service.pages.visitor import SignIn, problem_page
from planner.service.rounds import Rounds
from planner.service.service import Service

ROUTERS = (
    datasets.router,
    jobs.router,
    runs.router,
    exceptions.router,
    decisions.router,
    schedules.router,
    operations.router,
    pages.router,
)
MODELS: dict[str, type[BaseModel]] = {"Problem": problems.ProblemModel, "Folder": datasets.Folder}
LOCAL = ["localhost", "127.0.0.1", "::1", "[::1]"]
ABOUT = """The planner as a service, in the words of its command line.

Every request carries `Authorization: Bearer <token>`. Failures are problem documents (RFC 9457) with the `kind` and `exit_code`
of the command line; tables that are not valid are answered with every finding: file, row, column, value, rule.
What is accepted (202) will be done, once, even if the server dies in between."""


def create_app(service: Service) -> FastAPI:
    """The application of a service that is open; it begins to work when the application starts."""
    rounds = Rounds(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(service.start)
        await run_in_threadpool(rounds.start)
        yield
        service.stopping.set()

    app = FastAPI(
        title="Joint planner",
        version=__version__,
        description=ABOUT,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,  # its pages would load scripts from elsewhere
        redoc_url=None,
        openapi_url="/openapi.json",
        generate_unique_id_function=lambda route: (
            f"{route.endpoint.__module__.rsplit('.', 1)[-1]}_{route.name}".rstrip("_")
        ),
    )
    app.state.service, app.state.metrics = service, Metrics(service.jobs.counts)
    problems.install(app, problem_page)
    app.add_exception_handler(SignIn, lambda *_: RedirectResponse("/sign-in", 303))
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Traffic, body_mb=service.settings.limits.body_mb, metrics=app.state.metrics)
    if not service.settings.auth:  # a page elsewhere whose name leads to this machine is not let in
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOCAL)
    app.openapi = _document(app)  # type: ignore[method-assign]
    return app


def _document(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The OpenAPI document with problem documents in the place of FastAPI's own errors."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            schemas = made["components"]["schemas"]
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for name, model in MODELS.items():
                schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
                schemas.update(schema.pop("$defs", {}))
                schemas[name] = schema
            app.openapi_schema = made
        return app.openapi_schema

    return document

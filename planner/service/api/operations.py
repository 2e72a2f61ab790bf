"""For those who operate the service: is it alive, is it ready, what does it measure."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from planner.service.api.answers import told
from planner.service.api.identity import Services, Viewer

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """`ok`, or what is missing."""

    status: str = Field(examples=["ok"])


@router.get("/health", summary="Is it alive?", response_model=Health)
def health() -> dict[str, str]:
    """Answers as long as the process does. Needs no token."""
    return {"status": "ok"}


@router.get(
    "/ready",
    summary="Is it ready for work?",
    response_model=Health,
    responses={503: {"model": Health, "description": "Not now"}},
)
def ready(service: Services) -> Response:
    """Whether the store answers and the server isn't about to stop. Needs no token."""
    if service.stopping.is_set():
        return JSONResponse({"status": "stopping"}, 503)
    there = service.database.answers()
    return JSONResponse({"status": "ok" if there else "the store doesn't answer"}, 200 if there else 503)


@router.get(
    "/metrics",
    summary="Measurements for Prometheus",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **told()},
    response_class=Response,
)
def metrics(request: Request, _: Viewer) -> Response:
    """Seconds of requests by route, and jobs by status."""
    return Response(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

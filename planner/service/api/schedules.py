"""Schedules, to look at. They are made on the command line, where folders of the server are known."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from planner.service.api.answers import Page, answer, told
from planner.service.api.identity import Services, Viewer
from planner.service.schedules.entry import shown
from planner.service.store.jobs import Status
from planner.service.store.schedules import Outcome

router = APIRouter(prefix="/v1/schedules", tags=["schedules"])


class LastJob(BaseModel):
    """The job of a tick."""

    id: str
    status: Status
    run_id: str | None


class LastTick(BaseModel):
    """How a tick went: `submitted`, `failed` (`message` says why, such as tables that are not valid), or `missed`."""

    at: datetime
    status: Outcome
    message: str | None
    job: LastJob | None


class ScheduleModel(BaseModel):
    """A plan that is made again and again. `next` is null while it pauses."""

    name: str = Field(examples=["nightly"])
    state: Literal["active", "paused"]
    cron: str = Field(examples=["30 5 * * 1-5"])
    timezone: str = Field(examples=["Europe/Berlin"])
    folder: str
    verb: Literal["solve", "scenarios", "replan"]
    options: dict[str, Any] = Field(examples=[{"gap": 0.01}])
    grace_minutes: int
    next: datetime | None
    last: LastTick | None


@router.get("", summary="List schedules", response_model=Page[ScheduleModel], responses=told())
def list_(request: Request, service: Services, _: Viewer) -> Response:
    """By name, with the time of the next tick, and how the last one went."""
    items = [shown(schedule, job) for schedule, job in service.schedules.list()]
    return answer(request, {"items": items, "next": None})

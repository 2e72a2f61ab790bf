"""What a request is told when it fails: problem documents (RFC 9457) with the words of the command line."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from planner.errors import PlannerError
from planner.plan.files import plain
from planner.service.jobs.process import Ended
from planner.service.service import Busy
from planner.service.store.jobs import QueueFull
from planner.service.store.once import KeyReused
from planner.verbs.faults import describe

MEDIA_TYPE = "application/problem+json"
STATUS = {
    "usage": 422,
    "not now": 409,
    "invalid": 422,
    "infeasible": 422,
    "refuted": 409,
    "no plan in time": 504,
    "temporary": 503,
}
TITLES = {
    400: "The request can't be read",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not there",
    405: "Not possible here",
    409: "Not possible now",
    413: "Too large",
    415: "Not in a form that is read here",
    422: "Not valid",
    429: "Too much at once",
    500: "A fault of the planner",
    503: "Not available now",
    504: "Not done in time",
}


class Field_(BaseModel):  # noqa: N801 (pydantic has a Field)
    """A part of a request that is not valid."""

    field: str = Field(examples=["body.gap"])
    message: str = Field(examples=["Input should be greater than or equal to 0"])


class FindingModel(BaseModel):
    """A problem in the tables; `row` counts as a spreadsheet does."""

    code: str
    severity: str
    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    rule: str
    hint: str = ""


class ProblemModel(BaseModel):
    """A problem document. `kind` and `exit_code` are those of the command line."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:joint-planner:problem:invalid",
                    "title": "Not valid",
                    "status": 422,
                    "detail": "inventory.csv row 3: on_hand is -4; must be at least 0.",
                    "kind": "invalid",
                    "exit_code": 3,
                    "findings": [
                        {
                            "code": "below_minimum",
                            "severity": "error",
                            "file": "inventory.csv",
                            "sheet": None,
                            "row": 3,
                            "column": "on_hand",
                            "value": "-4",
                            "rule": "must be at least 0",
                            "hint": "",
                        }
                    ],
                }
            ]
        },
    )

    type: str
    title: str
    status: int
    detail: str
    kind: str
    exit_code: int | None = None
    findings: list[FindingModel] | None = None
    conflicts: list[dict[str, Any]] | None = None
    fields: list[Field_] | None = None


class Problem(Exception):  # noqa: N818
    """Ends a request with a problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        kind: str = "usage",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind, self.headers, self.more = status, detail, kind, headers, more

    def document(self) -> dict[str, Any]:
        """The document."""
        known: dict[str, Any] = plain(self.more)
        return {
            "type": f"urn:joint-planner:problem:{self.kind.replace(' ', '-')}",
            "title": TITLES.get(self.status, "A problem"),
            "status": self.status,
            "detail": self.detail,
            "kind": self.kind,
            **known,
        }


def of_fault(fault: dict[str, Any]) -> Problem:
    """The problem that a verb has told of in the words of the command line."""
    more = {name: value for name, value in fault.items() if name not in ("status", "message")}
    return Problem(STATUS.get(fault["status"], 500), fault["message"], fault["status"], **more)


def document_of(ended: Ended) -> dict[str, Any]:
    """What a process has answered; raises the problem if it has not."""
    if ended.document is not None:
        return ended.document
    if ended.fault is not None and not ended.stopped:
        raise of_fault(ended.fault)
    if ended.stopped:
        raise Problem(504, "This takes longer than an answer may. Try a smaller question.", "no plan in time")
    if ended.final:
        raise Problem(413, f"This is too large: {ended.reason}.", "too large")
    raise Problem(500, f"The answer could not be computed: {ended.reason}.", "fault")


def missing(what: str, name: str) -> Problem:
    """Something that isn't there."""
    return Problem(404, f"There is no {what} {name!r}.", "not found")


def problem_of(fault: Exception) -> Problem:
    """The problem that an exception stands for."""
    match fault:
        case Problem():
            return fault
        case RequestValidationError():
            fields = [
                {"field": ".".join(str(part) for part in error["loc"]), "message": error["msg"]}
                for error in fault.errors()
            ]
            detail = "; ".join(f"{one['field']}: {one['message']}" for one in fields[:20])
            return Problem(422, detail, fields=fields, exit_code=2)
        case HTTPException():
            kind = {404: "not found", 413: "too large"}.get(fault.status_code, "usage")
            return Problem(fault.status_code, str(fault.detail), kind, fault.headers)
        case PlannerError():
            return of_fault(describe(fault).document())
        case KeyReused():
            return Problem(
                422, "This Idempotency-Key was used for another request. Take a new one.", "key used before"
            )
        case QueueFull():
            detail = "As many jobs wait as this service takes. Try again later."
            return Problem(429, detail, "temporary", {"Retry-After": "30"}, exit_code=75)
        case Busy():
            detail = "Other answers are being computed. Try again in a moment."
            return Problem(429, detail, "temporary", {"Retry-After": "5"}, exit_code=75)
    return Problem(500, "A fault of the planner; the log has its reason.", "fault", exit_code=1)


TOLD = (Problem, RequestValidationError, HTTPException, PlannerError, KeyReused, QueueFull, Busy, Exception)


def install(app: FastAPI, page: Callable[[Request, Problem], Response | None]) -> None:
    """Let every failure of the app be told as a problem document, or as a `page` where that makes one."""

    def tell(request: Request, fault: Exception) -> Response:
        problem = problem_of(fault)
        headers = dict(problem.headers or {}) | {"Cache-Control": "no-store"}
        document = JSONResponse(problem.document(), problem.status, headers, MEDIA_TYPE)
        return page(request, problem) or document

    for kind in TOLD:
        app.add_exception_handler(kind, tell)

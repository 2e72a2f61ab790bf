"""What the forms of pages have in common."""

from typing import Annotated, Any, TypeVar

from fastapi import Form, Query
from pydantic import ValidationError

from planner.service.api.answers import ID
from planner.service.api.problems import Problem
from planner.service.api.requests import Asked

Word = Annotated[str, Query(max_length=200)]
Answer = Annotated[str, Form(max_length=1000)]
Dataset = Annotated[str, Form(pattern=ID)]
Percent = Annotated[float, Form(ge=0, le=100)]
Seconds = Annotated[float, Form(gt=0, le=1e6)]
Request_ = TypeVar("Request_", bound=Asked)


def checked(model: type[Request_], **given: Any) -> Request_:
    """The request; ends this one with 422 if it is not valid."""
    try:
        return model(**given)
    except ValidationError as fault:
        told = "; ".join(f"{error['loc'][0]}: {error['msg']}" for error in fault.errors())
        raise Problem(422, told, exit_code=2) from None

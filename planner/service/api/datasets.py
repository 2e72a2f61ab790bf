"""Data sets: tables that are uploaded, or in a folder that the operator allows. Only valid ones are taken."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from planner.plan.files import flush
from planner.plan.record import new_id
from planner.service.api.answers import Before, Id, Limit, Page, answer, told
from planner.service.api.identity import Planner, Services, Viewer
from planner.service.api.problems import Problem, document_of, missing
from planner.service.service import Service
from planner.service.store.tables import DataSetRow
from planner.service.store.tokens import Identity
from planner.service.uploads import MOST_FILES, Refused, allowed_folder, checked_name, remove, unpack

router = APIRouter(prefix="/v1/datasets", tags=["data sets"])
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="A text of your choice. Sent again with it, a request is answered as before, and nothing is done twice.",
        examples=["night-run-2026-11-27"],
    ),
]
FORMS = {
    "application/zip": {"schema": {"type": "string", "format": "binary"}},
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            "required": ["files"],
        }
    },
    "application/json": {
        "schema": {"$ref": "#/components/schemas/Folder"},
        "example": {"folder": "/srv/planner/today"},
    },
}


class Folder(BaseModel):
    """Tables that are on the server's machine already."""

    model_config = ConfigDict(extra="forbid")

    folder: str = Field(min_length=1, max_length=1000, examples=["/srv/planner/today"])


class DataSet(BaseModel):
    """A valid data set. `rows` are counted per table, `findings` are warnings."""

    id: str = Field(examples=["20261122T153000.123Z-k7m2x"])
    name: str = Field(examples=["stores north"])
    actor: str = Field(examples=["night run"])
    created: datetime
    uploaded: bool
    folder: str | None = Field(
        description="Where the tables are, if they were not uploaded.", examples=[None]
    )
    input_hash: str
    rows: dict[str, int] = Field(examples=[{"items": 3, "locations": 4}])
    findings: list[dict[str, Any]] = Field(examples=[[]])


def shown(row: DataSetRow) -> dict[str, Any]:
    """A data set as the API tells of it."""
    return {
        "id": row.id,
        "name": row.name,
        "actor": row.actor,
        "created": row.created.isoformat(),
        "uploaded": row.uploaded,
        "folder": None if row.uploaded else row.folder,
        "input_hash": row.input_hash,
        "rows": row.rows,
        "findings": row.warnings,
    }


@router.post(
    "",
    status_code=201,
    summary="Bring tables",
    response_model=DataSet,
    responses={
        200: {"model": DataSet, "description": "Brought before, with this key"},
        **told(400, 413, 415, 429, 504),
    },
    openapi_extra={"requestBody": {"required": True, "content": FORMS}},
)
async def create(
    request: Request,
    service: Services,
    identity: Planner,
    name: Annotated[
        str, Query(max_length=100, description="A name of your choice.", examples=["stores north"])
    ] = "",
    strict: Annotated[bool, Query(description="Treat warnings as errors.")] = False,
    key: Key = None,
) -> Response:
    """Upload a zip of tables, or a file per table (CSV, Parquet, Excel, `planner.toml`), or name a folder on the server.

    The tables are validated before they are taken: if they are not valid, nothing is kept, and the problem document has every
    finding with file, row and column.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    receive = RECEIVERS.get(kind)
    if receive is None:
        raise Problem(415, f"Send one of {', '.join(RECEIVERS)}; not {kind or 'nothing'!r}.")
    row, new = await keep(service, identity, partial(receive, request, service), name, strict, key)
    headers = {"Location": f"/v1/datasets/{row.id}"}
    return answer(request, shown(row), status=201 if new else 200, headers=headers)


async def keep(
    service: Service,
    identity: Identity,
    receive: Callable[[Path], Awaitable[tuple[Path, str]]],
    name: str,
    strict: bool = False,
    key: str | None = None,
) -> tuple[DataSetRow, bool]:
    """Receive tables and keep them if they are valid, or find those that were kept under the key; whether they are new.

    `receive` puts them into the folder that it is given, or says in which one they are, and says what tells them from others.
    """
    dataset_id = new_id()
    folder = service.settings.uploads / dataset_id
    try:
        place, digest = await receive(folder)
        request_hash = hashlib.sha256(f"{digest}|{name}|{strict}".encode()).hexdigest()
        row, new = await run_in_threadpool(
            taken, service, identity.name, dataset_id, place, name, strict, key, request_hash
        )
    except BaseException as fault:
        await run_in_threadpool(remove, folder)
        if isinstance(fault, Refused):
            raise Problem(413 if fault.too_large else 422, str(fault), exit_code=2) from None
        raise
    if not new:
        await run_in_threadpool(remove, folder)
    return row, new


def taken(
    service: Service,
    actor: str,
    dataset_id: str,
    folder: Path,
    name: str,
    strict: bool,
    key: str | None,
    request_hash: str,
) -> tuple[DataSetRow, bool]:
    """The data set, validated and kept, or the one that was kept under the key."""
    known = service.datasets.earlier(actor, key, request_hash)
    if known is not None:
        return known, False
    task = service.task("validate", source=str(folder), options={"strict": strict})
    found = document_of(service.answer(task))
    row = DataSetRow(
        id=dataset_id,
        name=name,
        actor=actor,
        folder=str(folder),
        uploaded=folder.is_relative_to(service.settings.uploads.resolve()),
        input_hash=found["input_hash"],
        rows=found["rows"],
        warnings=found["findings"],
        idempotency_key=key,
        request_hash=request_hash,
    )
    return service.datasets.add(row)


async def _zip(request: Request, service: Service, folder: Path) -> tuple[Path, str]:
    """A zip as the whole body."""
    folder.mkdir()
    packed, digest = folder / ".upload.zip", hashlib.sha256()
    with packed.open("wb") as file:
        async for chunk in request.stream():
            digest.update(chunk)
            file.write(chunk)
    await run_in_threadpool(unpack, packed, folder, service.settings.limits.unpacked_mb)
    packed.unlink()
    return await run_in_threadpool(flushed, folder), digest.hexdigest()


async def files(request: Request, service: Service, folder: Path) -> tuple[Path, str]:
    """A file per table, or one zip."""
    folder.mkdir()
    digest, names = hashlib.sha256(), set[str]()
    async with request.form(max_files=MOST_FILES, max_fields=0) as form:
        files = [file for _, file in form.multi_items() if isinstance(file, UploadFile)]
        if not files:
            raise Refused("There are no files in it.")
        for file in files:
            sent = (file.filename or "").replace("\\", "/")
            zipped = len(files) == 1 and sent.lower().endswith(".zip")
            name = ".upload.zip" if zipped else checked_name(sent)
            if name.lower() in names:
                raise Refused(f"{name!r} was sent twice.")
            names.add(name.lower())
            digest.update(name.encode())
            with (folder / name).open("xb") as target:
                while chunk := await file.read(1 << 20):
                    digest.update(chunk)
                    target.write(chunk)
            if zipped:
                await run_in_threadpool(unpack, folder / name, folder, service.settings.limits.unpacked_mb)
                (folder / name).unlink()
    return await run_in_threadpool(flushed, folder), digest.hexdigest()


async def _folder(request: Request, service: Service, _: Path) -> tuple[Path, str]:
    """A folder on this machine."""
    try:
        wanted = Folder.model_validate_json(await request.body())
    except ValidationError as fault:
        fields = [
            {"field": ".".join(("body", *map(str, error["loc"]))), "message": error["msg"]}
            for error in fault.errors()
        ]
        raise Problem(422, fields[0]["message"], fields=fields, exit_code=2) from None
    place = allowed_folder(wanted.folder, service.settings.allowed)
    if place is None:
        raise Problem(
            403, "This is not a folder that the operator of this service allows (--allow).", "not allowed"
        )
    return place, hashlib.sha256(str(place).encode()).hexdigest()


def flushed(folder: Path) -> Path:
    """The folder without links in its name, when everything in it is on the disk."""
    for file in folder.iterdir():
        flush(file)
    flush(folder)
    flush(folder.parent)
    return folder.resolve()


RECEIVERS: dict[str, Callable[[Request, Service, Path], Awaitable[tuple[Path, str]]]] = {
    "application/zip": _zip,
    "multipart/form-data": files,
    "application/json": _folder,
}


@router.get("", summary="List data sets", response_model=Page[DataSet], responses=told())
def list_(
    request: Request, service: Services, _: Viewer, limit: Limit = 50, before: Before = None
) -> Response:
    """The newest first."""
    rows, then = service.datasets.page(limit, before)
    return answer(request, {"items": [shown(row) for row in rows], "next": then})


@router.get("/{dataset}", summary="Show a data set", response_model=DataSet, responses=told(404))
def show(request: Request, service: Services, _: Viewer, dataset: Id) -> Response:
    """What is in it, and the warnings of its validation."""
    return answer(request, shown(find(service, dataset)))


@router.post("/{dataset}/validate", summary="Validate again", responses=told(404, 413, 429, 504))
def validate(
    request: Request,
    service: Services,
    _: Viewer,
    dataset: Id,
    strict: Annotated[bool, Query(description="Treat warnings as errors.")] = False,
) -> Response:
    """As `planner validate`: tables in a folder of the server may have changed since."""
    row = find(service, dataset)
    task = service.task("validate", source=row.folder, options={"strict": strict})
    return answer(request, document_of(service.answer(task)))


@router.delete("/{dataset}", status_code=204, summary="Remove a data set", responses=told(404, 409))
def delete(service: Services, _: Planner, dataset: Id) -> Response:
    """Its uploaded tables too. Runs that were made from it stay, but can't be checked or explained any more."""
    row = find(service, dataset)
    if not service.datasets.remove(dataset):
        raise Problem(409, f"Jobs that have not ended need the data set {dataset!r}.", "in use")
    if row.uploaded:
        remove(Path(row.folder))
    return Response(status_code=204)


def find(service: Service, dataset: str) -> DataSetRow:
    """The data set; ends the request with 404 if there is none."""
    row = service.datasets.find(dataset)
    if row is None:
        raise missing("data set", dataset)
    return row

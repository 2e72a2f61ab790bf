"""Data sets: bring tables, load the samples, and what may be done with them."""

from functools import partial
from pathlib import Path, PurePath

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from planner.sample import SampleName
from planner.service.api import datasets
from planner.service.api.identity import Services, require_any
from planner.service.pages import answers, views
from planner.service.pages.render import page
from planner.service.pages.visitor import Visitor
from planner.service.uploads import MOST_FILES

router = APIRouter()
SAMPLES: dict[SampleName, str] = {
    "tiny": "Sample",
    "morning": "Sample, this morning",
}  # to plan, and then to look at


@router.post("/datasets")
async def upload(request: Request, service: Services, identity: Visitor) -> Response:
    """Bring tables as `POST /v1/datasets` does; the name may be left out."""
    require_any(identity, ["planner"])
    form = await request.form(max_files=MOST_FILES, max_fields=1)  # read once: `files` finds it read
    sent = [part.filename or "" for part in form.getlist("files") if isinstance(part, UploadFile)]
    name = " ".join(str(form.get("name", "")).split()) or PurePath(sent[0] if sent else "").stem
    row, _ = await datasets.keep(service, identity, partial(datasets.files, request, service), name[:100])
    return RedirectResponse(f"/datasets/{row.id}", 303)


@router.post("/sample")
async def load_sample(service: Services, identity: Visitor) -> Response:
    """Bring the samples, once: the tables of a plan, and those of a morning on which they have changed."""
    require_any(identity, ["planner"])
    made = []
    for sample, name in SAMPLES.items():
        row, _ = await datasets.keep(
            service, identity, partial(_written, sample), name, key=f"sample-{sample}"
        )
        made.append(row.id)
    return RedirectResponse(f"/datasets/{made[0]}", 303)


async def _written(sample: SampleName, folder: Path) -> tuple[Path, str]:
    """The sample in the folder."""
    from planner.sample import init

    await run_in_threadpool(init, folder, sample)
    return await run_in_threadpool(datasets.flushed, folder), sample


@router.get("/datasets/{dataset}")
def dataset_page(request: Request, service: Services, identity: Visitor, dataset: str) -> Response:
    """What is in it, the warnings of its validation, and what may be done with it."""
    found = datasets.find(service, dataset)
    plans = answers.plans(service.runs)
    scenarios, wrong = views.scenarios(Path(found.folder))
    return page(
        request,
        "dataset.html.j2",
        identity,
        dataset=found,
        runs=plans,
        chosen=answers.in_force(plans),
        tables=views.rows_of(found.rows),
        findings=views.findings(found.warnings),
        scenarios=scenarios,
        wrong=views.findings(wrong),
    )

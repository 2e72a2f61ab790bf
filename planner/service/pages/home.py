"""The first page: what is in work, the runs, the data sets."""

from fastapi import APIRouter, Request, Response

from planner.service.api.identity import Services
from planner.service.pages import views
from planner.service.pages.render import page
from planner.service.pages.visitor import Visitor
from planner.service.service import Service
from planner.service.store.jobs import FINAL
from planner.service.store.tables import Job
from planner.verbs.runs import listing

router = APIRouter()
SHOWN = 50


@router.get("/")
def home(request: Request, service: Services, identity: Visitor) -> Response:
    """Runs, jobs and data sets."""
    datasets, _ = service.datasets.page(SHOWN)
    return page(
        request,
        "home.html.j2",
        identity,
        runs=listing(service.runs).entries[:SHOWN],
        datasets=datasets,
        jobs=_jobs(service),
    )


@router.get("/parts/jobs")
def jobs_part(request: Request, service: Services, identity: Visitor) -> Response:
    """The jobs that are not done, for a page that is open."""
    return page(request, "jobs.html.j2", identity, jobs=_jobs(service))


def _jobs(service: Service) -> list[tuple[Job, list[tuple[str, str]]]]:
    """The jobs that have not ended, the newest first, with how far they are."""
    found, _ = service.jobs.page(200)
    return [(job, views.progress(job)) for job in found if job.status not in FINAL]

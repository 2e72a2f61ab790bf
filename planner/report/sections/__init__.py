"""The page in reading order; a section that has nothing to say is None."""

from collections.abc import Callable

from planner.report.material import Material
from planner.report.page import Section
from planner.report.sections.certificate import certificate
from planner.report.sections.coordination import coordination
from planner.report.sections.costs import costs
from planner.report.sections.exceptions import exceptions
from planner.report.sections.frontier import frontier
from planner.report.sections.headline import headline
from planner.report.sections.loads import loads
from planner.report.sections.network import network
from planner.report.sections.runs import runs
from planner.report.sections.simulation import simulation
from planner.report.sections.stock import stock
from planner.report.sections.targets import targets

SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    headline,
    targets,
    exceptions,
    coordination,
    runs,
    costs,
    network,
    loads,
    stock,
    frontier,
    simulation,
    certificate,
)


def sections(material: Material) -> list[Section]:
    """Every section that has something to say."""
    return [section for make in SECTIONS if (section := make(material)) is not None]

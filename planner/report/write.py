"""Sections → one HTML file that needs nothing else: style, scripts and data are in it."""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined

from planner import __version__
from planner.errors import UsageError
from planner.plan.files import to_json, write_atomically
from planner.report.material import Material
from planner.report.page import Section
from planner.report.sections import sections
from planner.report.words import shown, span

GENERATOR = "joint-planner report"
NUMERIC = ("money", "percent", "number", "whole")
WORDS = (
    ("Cost", "the money that decisions can change: freight, stock, lost sales, handling and the like; not the goods themselves"),
    ("Bound, gap", "what any plan costs at least, proven; and the share of this plan's cost that lies above it"),
    ("Fill rate", "units sold ÷ units demanded"),
    ("In-stock rate", "share of item-location-days that end with stock"),
    ("Days of cover", "how long the stock would last at the rate at which goods are sold; 365 ÷ inventory turns"),
    ("Inventory turns", "cost of goods sold in a year ÷ mean value of stock"),
    ("Vehicle fill", "share of the vehicles' weight or volume that is used, whichever is tighter"),
    ("Emergency freight", "freight on lanes that are flagged as emergency; a part of freight"),
    ("Lost sales", "expected demand that finds no stock, as lost margin and penalty"),
    ("Shortage at end", "what it costs to end below the stock that the next days need"),
    ("Dearer sources", "what suppliers cost above the cheapest one"),
    ("Joint planning", "one plan for stores, DCs and transport together"),
    ("Planning in sequence", "stores order first, then loads are built for these orders, then the DCs are refilled"),
    ("Reorder levels", "each stock is refilled to a level of its own; loads are built afterwards"),
)  # fmt: skip
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def write_report(material: Material, target: Path) -> list[Section]:
    """Write the page; raises UsageError if there is another file already that isn't a report, or no folder."""
    if target.exists() and not _is_report(target):
        raise UsageError(
            f"{target} exists already and is not a report; nothing was written. Maybe choose another name."
        )
    if not target.parent.exists():
        raise UsageError(f"the folder {target.parent} doesn't exist; nothing was written")
    made = sections(material)
    text = page(material, made)
    write_atomically(target, lambda path: path.write_text(text, encoding="utf-8"))
    return made


def _is_report(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return f'name="generator" content="{GENERATOR}'.encode() in file.read(2000)


def page(material: Material, made: Sequence[Section]) -> str:
    """The page as text."""
    scripts = [_part("vendor", "echarts.common.min.js"), _part("template", "report.js")]
    inventory = material.run.plan.inventory
    when = span(inventory["date"].min(), _last_day(material)) if len(inventory) else "nothing"
    record = material.run.record
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=f"Plan for {when}",
            subtitle=f"Run {record.alias}, from {record.source}; all money in {material.currency}"
            + (f"; compared with {len(material.runs) - 1} more" if len(material.runs) > 1 else ""),
            footer=f"Made by joint-planner {__version__} from run {record.run_id}.",
            generator=f"{GENERATOR} {__version__}",
            policy=_policy(scripts),
            css=_part("template", "report.css"),
            scripts=scripts,
            data=chart_data(made),
            sections=made,
            words=WORDS,
        )
    )


def environment(more: BaseLoader | None = None) -> Environment:
    """The templates of the report, and `more`; `parts.html.j2` shows sections wherever they are shown."""
    ours = PackageLoader("planner.report", "template")
    made = Environment(
        loader=ChoiceLoader([ours, more]) if more else ours,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    made.filters["shown"] = shown
    made.globals["numeric"] = NUMERIC
    return made


def chart_data(made: Sequence[Section]) -> str:
    """The charts of the sections as JSON that can stand in a script."""
    return _harmless(to_json(_charts(made)))


def _last_day(material: Material) -> object:
    """The last day of the horizon; without tables the first day of the last period."""
    if material.data is not None:
        return material.data.settings.end_date
    return material.run.plan.inventory["date"].max()


def _charts(made: Sequence[Section]) -> list[dict[str, object]]:
    return [
        {"id": chart.id, "kind": chart.kind, "option": chart.option}
        for section in made
        for chart in section.charts
    ]


def _part(folder: str, name: str) -> str:
    return (files("planner.report") / folder / name).read_text(encoding="utf-8")


def _policy(scripts: Sequence[str]) -> str:
    """No request to anywhere, and no script but these."""
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    rules = ("default-src 'none'", f"script-src {allowed}", "style-src 'unsafe-inline'", "img-src data:")
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])


def _harmless(json: str) -> str:
    """The same JSON without signs that could end the script that it stands in."""
    return json.translate(_UNSAFE)

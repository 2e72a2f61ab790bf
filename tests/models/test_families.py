"""Every family of the joint model: its golden file, its equation in the README, its test at a point."""

import ast
import os
import re
from pathlib import Path

import highspy
import pytest

from planner_models.joint import cost
from planner_models.joint.declare import Model
from planner_models.joint.formulation import CONSTRAINTS
from tests.models.lp import family_lp
from tests.models.market import market, market_model

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
NAMES = [family.__name__ for family in CONSTRAINTS]
CAUSES = [
    "freight",
    "holding",
    "lost_sales",
    "handling",
    "overtime",
    "waste",
    "purchase",
    "co2",
    "changes",
    "terminal",
]


@pytest.fixture(scope="module")
def model() -> Model:
    return market_model(market().problem())


@pytest.mark.parametrize("family", NAMES)
def test_the_rows_of_a_family_are_those_of_its_golden_file(model: Model, family: str) -> None:
    """`UPDATE_GOLDEN=1 pytest tests/models/test_families.py` writes the files again: look at the diff."""
    path, text = GOLDEN / f"{family}.lp", family_lp(model, family)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text)
    assert len(model.component(family)) > 0
    assert text == path.read_text()


@pytest.mark.parametrize("family", NAMES)
def test_a_golden_file_is_a_model_that_another_program_reads(family: str) -> None:
    solver = highspy.Highs()
    solver.silent()
    path = GOLDEN / f"{family}.lp"
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    assert solver.getNumRow() == path.read_text().count(":\n")


def test_no_golden_file_is_left_over() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.lp")) == sorted(NAMES)


@pytest.mark.parametrize("family", CONSTRAINTS, ids=NAMES)
def test_the_readme_has_the_equation_with_number_and_place(family: object) -> None:
    row = next(row for row in _equations() if row[1] == f"`{family.__name__}`")  # type: ignore[attr-defined]
    number = re.match(r"\((\d+)\)", family.__doc__ or "")
    assert number is not None
    assert row[0] == number[1]
    assert row[3] == f"`joint/{Path(family.__code__.co_filename).name}`"  # type: ignore[attr-defined]


@pytest.mark.parametrize("family", CONSTRAINTS, ids=NAMES)
def test_the_equation_of_a_family_is_that_of_the_readme(family: object) -> None:
    row = next(row for row in _equations() if row[1] == f"`{family.__name__}`")  # type: ignore[attr-defined]
    first = next(text for text in re.findall(r"`([^`]+)`", row[2]) if re.search("[≤≥=]", text))
    assert f"`{first}`" in (family.__doc__ or "")


def test_the_equations_of_the_readme_are_those_of_the_model_in_their_order() -> None:
    rows = _equations()
    assert [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert [row[1].strip("`") for row in rows] == [*NAMES, "total_cost"]


def test_the_readme_has_every_set_and_every_decision_of_the_model(model: Model) -> None:
    import pyomo.environ as pyo

    section = _section()
    for variable in model.component_objects(pyo.Var):
        indexed = "[" if variable.is_indexed() else "`"
        assert f"| `{variable.name}{indexed}" in section, variable.name
    tree = ast.parse((ROOT / "models" / "planner_models" / "joint" / "declare.py").read_text())
    sets = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr.isupper()
    }
    for name in sets:
        assert f"`{name}`" in section, name


@pytest.mark.parametrize("name", [*NAMES, *CAUSES])
def test_every_family_and_every_cause_is_tested_at_a_point(name: str) -> None:
    texts = [path.read_text() for path in sorted(Path(__file__).parent.glob("test_point_*.py"))]
    pattern = rf'violation\("{name}"|cost\("{name}"|rows\("{name}"'
    assert any(re.search(pattern, text) for text in texts)


def test_the_list_of_causes_is_complete() -> None:
    assert [name for name in CAUSES if not callable(getattr(cost, name))] == []
    tree = ast.parse(Path(cost.__file__).read_text())
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert defined - {"total_cost"} == set(CAUSES)


def _section() -> str:
    return (ROOT / "models" / "README.md").read_text().split("## 6. The model")[1]


def _equations() -> list[list[str]]:
    table = _section().split("| number | name | equation | where |\n")[1].split("\n\n")[0]
    return [re.split(r"\s*(?<!\\)\|\s*", line.strip().strip("|").strip()) for line in table.splitlines()[1:]]

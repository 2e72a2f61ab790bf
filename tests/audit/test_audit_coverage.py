"""No limit and no cost without a test, and no import that would make the evaluator depend on an engine."""

import ast
from pathlib import Path

from planner.audit.costs import COSTS
from planner.audit.limits import LIMITS

HERE = Path(__file__).parent
AUDIT = Path(__file__).parents[2] / "planner" / "audit"


def covered() -> set[str]:
    """The names in `@covers(...)` of all tests."""
    names: set[str] = set()
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for call in node.decorator_list:
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "covers":
                        names |= {str(ast.literal_eval(argument)) for argument in call.args}
    return names


def test_every_limit_and_every_cost_has_a_test() -> None:
    known = {limit.__name__ for limit in LIMITS} | set(COSTS) | {"orders"}
    assert covered() == known


def test_every_function_of_the_limits_that_gives_violations_is_in_the_list() -> None:
    public = set()
    for path in (AUDIT / "limits").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = [argument.arg for argument in node.args.args]
                if arguments == ["p"] and ast.unparse(node.returns or ast.Constant("")) == "pd.DataFrame":
                    public.add(node.name)
    assert public == {limit.__name__ for limit in LIMITS}


def test_the_evaluator_imports_only_tables_demand_and_numerics() -> None:
    allowed = ("planner.audit", "planner.tables", "planner.demand", "numpy", "pandas", "scipy.special")
    standard = (
        "abc",
        "collections",
        "concurrent",
        "dataclasses",
        "fractions",
        "functools",
        "json",
        "math",
        "pathlib",
        "typing",
    )
    for path in AUDIT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.startswith(allowed) or name.split(".")[0] in standard, (
                    f"{path.name} imports {name}"
                )

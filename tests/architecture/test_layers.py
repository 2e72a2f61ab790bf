"""Who may import whom, read from the source without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {"planner": ROOT / "planner", "planner_models": ROOT / "models" / "planner_models"}

# package or module → what nothing in it imports
FORBIDDEN = {
    "planner_models": {"planner", "pandas", "pyarrow", "pydantic", "typer"},
    "planner.audit": {
        "planner_models",
        "pyomo",
        "highspy",
        "planner.compile",
        "planner.solve",
        "planner.plan",
    },
    "planner.tables": {"planner_models", "planner.plan", "planner.verbs", "planner.cli", "typer"},
    "planner.demand": {"planner_models", "planner.plan", "planner.verbs", "planner.cli", "typer"},
    "planner.compile": {"planner.plan", "planner.audit", "planner.verbs", "planner.cli", "pyomo", "highspy"},
    "planner.plan": {
        "planner.response",
        "planner.verbs",
        "planner.cli",
        "planner.solve",
        "pyomo",
        "highspy",
        "typer",
    },
    "planner.value": {"planner.verbs", "planner.cli", "pyomo", "highspy", "typer"},
    "planner.response": {"planner.verbs", "planner.cli", "pyomo", "highspy", "typer"},
    "planner.response.ledger": {"planner.tables", "planner.compile", "planner.audit", "planner.value"},
    "planner.response.approval": {"planner.compile", "planner.audit", "planner.value"},
    "planner.report": {
        "planner_models",
        "planner.compile",
        "planner.solve",
        "planner.value",
        "planner.response",
        "planner.verbs",
        "planner.cli",
        "pyomo",
        "highspy",
        "typer",
    },
    "planner.verbs": {"planner.cli", "pyomo", "highspy", "typer"},
    "planner.service": {"planner_models", "planner.cli", "pyomo", "highspy", "typer"},
    "planner.cli": {"planner_models", "pyomo", "highspy"},
}

OPTIONAL = ("dask", "distributed")
SERVER = (
    "alembic",
    "dbos",
    "fastapi",
    "httpx",
    "prometheus_client",
    "psutil",
    "sqlalchemy",
    "starlette",
    "structlog",
    "uvicorn",
)
SERVING = ("planner.service", "planner.client")


def modules() -> Iterator[tuple[str, Path]]:
    for package, folder in SOURCES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            yield ".".join((package, *(part for part in parts if part != "__init__"))), path


def imports(path: Path, *, only_at_load: bool = False) -> Iterator[str]:
    """Every module that is imported; `from a import b` counts as `a` and `a.b`, which may be a module."""
    for node in (
        load_time(ast.parse(path.read_text())) if only_at_load else ast.walk(ast.parse(path.read_text()))
    ):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def load_time(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is loaded: neither functions nor what is only for type checkers."""
    for child in ast.iter_child_nodes(node):
        typing_only = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not typing_only:
            yield child
            yield from load_time(child)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_layer_imports_nothing_from_above_it(package: str) -> None:
    offences = [
        f"{module} imports {imported}"
        for module, path in modules()
        if within(module, package)
        for imported in imports(path)
        if any(within(imported, other) for other in FORBIDDEN[package])
    ]
    assert offences == []


def test_what_is_optional_is_imported_only_where_it_is_used() -> None:
    offences = [
        f"{module} imports {imported} when it is loaded"
        for module, path in modules()
        for imported in imports(path, only_at_load=True)
        if any(within(imported, optional) for optional in OPTIONAL)
    ]
    assert offences == []


def test_only_the_service_knows_what_a_server_needs_and_only_the_command_line_knows_the_service() -> None:
    offences = [
        f"{module} imports {imported}"
        for module, path in modules()
        if not any(within(module, package) for package in SERVING)
        for imported in imports(path)
        if any(within(imported, library) for library in SERVER)
        or (within(imported, "planner.service") and not within(module, "planner.cli"))
    ]
    assert offences == []


def test_no_module_is_imported_in_a_circle() -> None:
    """Counted are imports when a module is loaded; a package stands for its `__init__`."""
    paths = dict(modules())
    needs = {
        name: {i for i in imports(path, only_at_load=True) if i in paths} - {name}
        for name, path in paths.items()
    }
    while free := {name for name, others in needs.items() if not others & needs.keys()}:
        needs = {name: others for name, others in needs.items() if name not in free}
    assert needs == {}, "these modules import each other in circles"


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, path in modules() if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_engine_and_tables_have_the_same_resources_though_neither_may_import_the_other() -> None:
    from planner.tables import schema
    from planner_models import problem

    assert problem.RESOURCES == schema.RESOURCES

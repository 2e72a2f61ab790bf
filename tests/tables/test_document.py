"""The page about the tables is what the schema says."""

import ast
from pathlib import Path

from planner.tables.document import document
from planner.tables.schema import EVENT_NEEDS, EVENT_TYPES, TABLES

ROOT = Path(__file__).parents[2]


def test_the_page_is_current():
    written = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert written == document(), "run python -m planner.tables.document"


def test_every_column_has_a_meaning_in_one_sentence():
    for table in TABLES.values():
        for column in table.columns:
            assert column.meaning.endswith("."), (table.name, column.name)


def test_every_reference_points_to_a_column():
    for table in TABLES.values():
        for column in table.columns:
            if column.refers:
                assert column.refers[1] in TABLES[column.refers[0]].names


def test_every_type_of_event_says_what_it_needs():
    assert tuple(EVENT_NEEDS) == EVENT_TYPES
    for needs in EVENT_NEEDS.values():
        assert set(needs) <= set(TABLES["events"].names)


def test_every_code_of_a_finding_is_tried_by_a_test():
    """Codes are what programs rely on; each is named in some test."""
    texts = "\n".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    sources = sorted((ROOT / "planner" / "tables").rglob("*.py"))
    codes = {code for file in sources for code in codes_in(ast.parse(file.read_text(encoding="utf-8")))}
    assert len(codes) > 50
    assert {code for code in codes if f'"{code}"' not in texts} == set()


def codes_in(tree):
    """First arguments of what makes findings, wherever the code stands in it."""
    at = {"Finding": 0, "Unreadable": 0, "about": 0, "grid_finding": 2, "find": 2, "_finding": 1}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in at and len(node.args) > at[name]:
                argument = node.args[at[name]]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value

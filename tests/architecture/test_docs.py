"""Docs can't say what isn't so: commands, options, dependencies and links are compared with the code."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from planner.cli.main import VERBS, app

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "models" / "README.md"]
COMMANDS = (ROOT / "docs" / "commands.md").read_text()


def leaves(command: Any, name: str = "") -> dict[str, Any]:
    """Every command that does something, by its words: `runs list`."""
    children = getattr(command, "commands", None)
    if children is None:
        return {name: command}
    return {
        words: leaf
        for key, child in children.items()
        for words, leaf in leaves(child, f"{name} {key}".strip()).items()
    }


ALL = leaves(typer.main.get_command(app))
OPTIONS = [
    (words, option)
    for words, leaf in ALL.items()
    for option in leaf.params
    if option.param_type_name == "option"
]


def test_every_verb_is_in_the_command_page_in_the_order_of_the_help() -> None:
    documented = re.findall(r"^\| `planner ((?:[a-z]+ ?)+)", COMMANDS, flags=re.MULTILINE)
    assert [words.strip() for words in documented] == sorted(
        ALL, key=lambda words: VERBS.index(words.split()[0])
    )


@pytest.mark.parametrize(
    ("words", "option"), OPTIONS, ids=[f"{words} {option.opts[0]}" for words, option in OPTIONS]
)
def test_every_option_has_an_environment_variable_a_help_text_and_a_row_in_the_command_page(
    words: str, option: Any
) -> None:
    flag = option.opts[0]
    assert option.envvar == "PLANNER_" + flag.strip("-").upper().replace("-", "_")
    assert option.help
    row = re.search(rf"^\| `{flag}` \| `{option.envvar}` \| ([^|]+) \|", COMMANDS, flags=re.MULTILINE)
    assert row, f"{flag} is not in docs/commands.md"
    verbs = row[1].strip().split(", ")
    assert verbs == ["all"] or words in verbs or words.split()[0] in verbs


def test_the_command_page_has_no_option_that_does_not_exist() -> None:
    documented = re.findall(r"^\| `(--[a-z-]+)` \|", COMMANDS, flags=re.MULTILINE)
    assert sorted(documented) == sorted({option.opts[0] for _, option in OPTIONS})


def test_the_exit_codes_of_the_errors_are_in_the_command_page() -> None:
    from planner import errors

    codes = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and hasattr(kind, "exit_code")
    }
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", COMMANDS, flags=re.MULTILINE)}
    assert codes | {0, 75, 130} == documented


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_docs_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for line in "\n".join(blocks).splitlines():
        code = line.split("#")[0]
        for target in re.findall(r"\bmake ([a-z-]+)", code):
            assert target in targets, line
        for words in re.findall(r"\bplanner ((?:[a-z]+ ?)+)", code):
            assert any(words.startswith(known) for known in ALL), line
        for flag in re.findall(r"(--[a-z-]+)", code):
            assert flag in {option.opts[0] for _, option in OPTIONS}, line


def anchors(page: Path) -> set[str]:
    """What a link can name of a page: its headings, as GitHub writes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "benchmarks" / "README.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", page.read_text()):
        there = page.parent / target if target else page
        assert there.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(there), f"{page.name} links to {target}#{anchor}"


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    listed += [line for extra in project["project"]["optional-dependencies"].values() for line in extra]
    names = {re.split(r"[\[<>=]", line)[0] for line in listed}
    rows = re.findall(
        r"^\| ([a-z][a-z0-9, -]+) \|", (ROOT / "docs" / "dependencies.md").read_text(), flags=re.MULTILINE
    )
    documented = {name for row in rows for name in row.split(", ")} - {"package"}
    assert documented == names


def test_the_locks_pin_the_solver_and_carry_hashes_but_no_index() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / name).read_text()
        assert "pyomo==6.10.1 " in text
        assert "highspy==1.15.1 " in text
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", text)
        pins = re.findall(r"^([a-z0-9-]+)==.*\\$", text, flags=re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[a-z0-9-]+==", text, flags=re.MULTILINE)) > 10


def test_the_changelog_has_an_entry_for_what_is_not_released() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()

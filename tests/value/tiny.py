"""The tiny sample as a data set, and scenarios written as TOML."""

import tomllib

from planner.sample.folder import tables
from planner.tables.dataset import DataSet
from planner.value.scenarios.apply import applied
from planner.value.scenarios.file import parse
from planner.value.scenarios.scenario import Scenario


def tiny() -> DataSet:
    from importlib.resources import files

    settings = tomllib.loads((files("planner.sample") / "texts/tiny.toml").read_text(encoding="utf-8"))
    return DataSet.of(tables("tiny"), **settings)


def scenario(toml: str, name: str = "s") -> Scenario:
    return parse(tomllib.loads(toml))[name]


def change(toml: str) -> Scenario:
    """A scenario of one change, whose keys are given."""
    return scenario(f"[[s.change]]\n{toml}")


def after(toml: str, data: DataSet | None = None) -> DataSet:
    """The tiny sample after one change."""
    return applied(change(toml), data or tiny())[0]

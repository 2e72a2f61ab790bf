"""scenarios.toml: inheritance, and every problem in it at once."""

import tomllib
from pathlib import Path

import pytest

from planner.errors import InvalidData, UsageError
from planner.value.scenarios.file import chosen, file_of, parse, read_scenarios

RETAIL = Path(__file__).parents[2] / "data" / "retail"

SWAPPED = " Maybe the days of dispatch and arrival were swapped."
SET, SEVERAL = " Maybe set is meant.", " Make them several."
FAMILY = """
[fuel]
description = "dearer"
settings = { review_days = 2, defaults = { service_target = 0.9 } }
[[fuel.change]]
table = "lanes"
multiply = { cost_per_vehicle = 1.2 }

[strike]
inherits = "fuel"
settings = { defaults = { lost_sale_penalty = 3.0 } }
[[strike.change]]
table = "lanes"
where = { mode = "rail" }
drop = true

[dock]
inherits = "fuel"
[[dock.change]]
table = "capacities"
set = { limit = 6 }

[all]
inherits = ["strike", "dock"]
settings = { review_days = 3 }
"""


def problems(toml: str) -> list[str]:
    with pytest.raises(InvalidData) as fault:
        parse(tomllib.loads(toml))
    return [finding.message for finding in fault.value.findings]


def test_base_is_always_there_and_first() -> None:
    assert list(parse({})) == ["base"]
    assert list(parse(tomllib.loads(FAMILY))) == ["base", "fuel", "strike", "dock", "all"]


def test_inherited_changes_come_first_and_each_once() -> None:
    everything = parse(tomllib.loads(FAMILY))["all"]
    # fuel is inherited twice, by strike and by dock: its factor of 1.2 is not applied twice
    assert [step.at for step in everything.steps] == ["fuel change 1", "strike change 1", "dock change 1"]
    assert everything.settings == {
        "review_days": 3,
        "defaults": {"service_target": 0.9, "lost_sale_penalty": 3.0},
    }


def test_every_problem_is_found_at_once_in_plain_words() -> None:
    assert problems("""
        x = 3
        [base]
        ["two words"]
        [a]
        inherits = "b"
        [b]
        inherits = ["a", "deisel"]
        foo = 1
        [[b.change]]
        table = "lane"
        drop = true
        [[b.change]]
        table = "lanes"
        drop = "yes"
        [[b.change]]
        tabel = "lanes"
        [diesel]
        settings = 3
        change = [
          { table = "lanes" },
          { table = "lanes", drop = true, where = { modes = "x", vehicle_kg = "> many", destination.regio = "x" } },
          { table = "lanes", drop = true, where = { lead_time_days = ">" } },
          { table = "lanes", set = { lead_time_days = -2, emergency = "eh" }, multiply = { mode = 2 }, add = { stop_csot = 1 } },
          { table = "lanes", add = { valid_from = 0.5 } },
          { table = "lanes", set = { mode = "x" }, drop = true },
          { table = "lanes", set = { stop_cost = 1 }, add = { stop_cost = 1 } },
          { table = "lanes", multiply = { stop_cost = nan } },
          { table = "inventory", where = { item_id = "x" }, rows = [{ item = "x", on_hand = [1] }] },
        ]
        """) == [
        "scenarios.toml: x is 3; it must be a table, such as [fuel_up] or [[fuel_up.change]].",
        "scenarios.toml: base: this name stands for the data as they are. Give the scenario another one.",
        "scenarios.toml: two words: names have letters, digits, _ and - only.",
        "scenarios.toml: b foo is 1; there is no such key. Known are description, inherits, settings, change.",
        "scenarios.toml: b change 1 table is lane; there is no such table. Maybe lanes is meant.",
        "scenarios.toml: b change 2 drop is yes; it must be true or false.",
        "scenarios.toml: b change 3 table: it is missing.",
        "scenarios.toml: b change 3 tabel is lanes; there is no such key. Maybe table is meant.",
        'scenarios.toml: diesel settings is 3; it must be a group of keys, such as { mode = "truck" }.',
        "scenarios.toml: diesel change 1: it changes nothing. Say set, multiply, add, drop or rows.",
        "scenarios.toml: diesel change 2 where.modes: lanes has no column modes. Maybe mode is meant.",
        "scenarios.toml: diesel change 2 where.vehicle_kg is many; it must be a number.",
        "scenarios.toml: diesel change 2 where.destination.regio: locations has no column regio. Maybe region is meant.",
        "scenarios.toml: diesel change 3 where.lead_time_days is >; nothing stands after >.",
        "scenarios.toml: diesel change 4 set.lead_time_days is -2; it can't be negative." + SWAPPED,
        "scenarios.toml: diesel change 4 set.emergency is eh; it must be true or false.",
        "scenarios.toml: diesel change 4 multiply.mode is 2.0; mode is a text; only numbers can be changed by multiply." + SET,
        "scenarios.toml: diesel change 4 add.stop_csot: lanes has no column stop_csot. Maybe stop_cost is meant.",
        "scenarios.toml: diesel change 5 add.valid_from is 0.5; days that are added to a date are whole.",
        "scenarios.toml: diesel change 6: drop, rows and changes of cells (set, multiply, add) can't be one change." + SEVERAL,
        "scenarios.toml: diesel change 7: stop_cost is changed twice. Make it two changes: they are done one after the other.",
        "scenarios.toml: diesel change 8 multiply.stop_cost is nan; it must be a number that is finite.",
        "scenarios.toml: diesel change 9 where: it selects rows that are there, and rows adds others.",
        "scenarios.toml: diesel change 9 rows 1.item: inventory has no column item. Maybe item_id is meant.",
        "scenarios.toml: diesel change 9 rows 1.on_hand is [1]; it must be a text, a number, true, false or a date.",
    ]  # fmt: skip


def test_circles_and_unknown_parents_are_named() -> None:
    assert problems('[a]\ninherits = "b"\n[b]\ninherits = ["c", "deisel"]\n[c]\ninherits = "a"\n[d]\ninherits = "d"\n[diesel]') == [
        "scenarios.toml: a inherits: it inherits from itself: a → b → c → a.",
        "scenarios.toml: b inherits is deisel; there is no such scenario. Maybe diesel is meant.",
        "scenarios.toml: b inherits: it inherits from itself: b → c → a → b.",
        "scenarios.toml: c inherits: it inherits from itself: c → a → b → c.",
        "scenarios.toml: d inherits: it inherits from itself: d → d.",
    ]  # fmt: skip


def test_a_file_that_is_no_toml_is_named_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[a]\nsettings = {\n")
    with pytest.raises(InvalidData, match=r"^mine.toml row 2: this is not valid TOML"):
        read_scenarios(path)
    with pytest.raises(UsageError, match=r"none.toml doesn't exist.*--file"):
        read_scenarios(tmp_path / "none.toml")


def test_scenarios_are_beside_the_tables(tmp_path: Path) -> None:
    assert file_of(tmp_path) == tmp_path / "scenarios.toml"
    assert file_of(tmp_path / "book.xlsx") == tmp_path / "scenarios.toml"


def test_base_is_solved_whatever_is_chosen() -> None:
    scenarios = parse(tomllib.loads(FAMILY))
    assert [one.name for one in chosen(scenarios, None)] == ["base", "fuel", "strike", "dock", "all"]
    assert [one.name for one in chosen(scenarios, "dock, fuel,base")] == ["base", "dock", "fuel"]
    with pytest.raises(UsageError, match=r"There is no scenario 'feul'\. Maybe fuel is meant\."):
        chosen(scenarios, "feul")


def test_the_scenarios_of_the_retail_sample_are_valid_and_change_what_they_say() -> None:
    from planner.tables.load import load
    from planner.value.scenarios.apply import applied

    data = load(RETAIL)
    changed = {name: applied(one, data)[0] for name, one in read_scenarios(RETAIL / "scenarios.toml").items()}
    touched = {
        name: [table for table in data.tables if not found[table].equals(data[table])]
        for name, found in changed.items()
    }
    assert touched == {
        "base": [],
        "fuel_up": ["lanes", "weight_breaks"],
        "dock_south": ["capacities"],
        "rail_strike": ["lanes"],
        "warm_autumn": ["sales"],
        "service_up": ["policies"],
        "hard_week": ["lanes", "weight_breaks"],
        "freight_free": ["lanes", "weight_breaks", "capacities"],
    }
    assert changed["hard_week"].settings.review_days == 2

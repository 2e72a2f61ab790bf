"""What each kind of change does to the tables, and what it refuses to do."""

import pandas as pd
import pytest

from planner.errors import InvalidData
from planner.tables.dataset import DataSet
from planner.value.scenarios.apply import applied, apply
from planner.value.scenarios.file import parse
from tests.value.tiny import after, change, scenario, tiny


@pytest.fixture(scope="module")
def data() -> DataSet:
    return tiny()


def cells(data: DataSet, table: str, column: str, *key: str) -> dict[object, object]:
    """The values of a column by the key columns."""
    frame = data[table].set_index(list(key))[column]
    return frame.to_dict()


def message(toml: str) -> str:
    with pytest.raises(InvalidData) as fault:
        after(toml)
    return str(fault.value)


def test_base_is_the_data_as_they_are(data: DataSet) -> None:
    assert applied(parse({})["base"], data) == (data, ())


def test_multiply_and_add_change_the_selected_rows_only(data: DataSet) -> None:
    dearer = after(
        'table = "lanes"\nwhere = { mode = "van" }\nmultiply = { cost_per_vehicle = 1.2 }\nadd = { distance_km = 5 }'
    )
    lanes = dearer["lanes"].set_index(["destination", "mode"])
    # vans cost 3 and 30: 3.6 and 36; 8 and 80 km: 13 and 85. The truck stays at 20 and 120 km
    assert lanes["cost_per_vehicle"].to_dict() == {
        ("DC", "truck"): 20.0,
        ("NEAR", "van"): pytest.approx(3.6),
        ("NEAR", "express"): 0.0,
        ("FAR", "van"): 36.0,
        ("FAR", "express"): 0.0,
    }
    assert lanes["distance_km"].tolist() == [120, 13, 8, 85, 80]


def test_set_writes_numbers_texts_flags_dates_and_empty_cells() -> None:
    changed = after(
        'table = "lanes"\nwhere = { mode = "truck" }\n'
        'set = { max_vehicles_per_day = 2, mode = "rail", emergency = true, '
        'valid_to = 2026-03-05, vehicle_kg = "", dispatch_days = "fri mon" }'
    )
    row = changed["lanes"].iloc[0]
    assert (row["mode"], bool(row["emergency"]), row["max_vehicles_per_day"]) == ("rail", True, 2)
    assert row["valid_to"] == pd.Timestamp("2026-03-05")
    assert pd.isna(row["vehicle_kg"])
    assert row["dispatch_days"] == "Mon Fri"


def test_an_empty_cell_gets_the_default_of_its_column() -> None:
    assert after('table = "items"\nset = { unit_volume_m3 = "" }')["items"]["unit_volume_m3"].tolist() == [
        0,
        0,
        0,
    ]


def test_days_are_added_to_dates() -> None:
    later = after('table = "lanes"\nadd = { valid_from = 2 }')
    assert later["lanes"]["valid_from"].unique().tolist() == [pd.Timestamp("2026-03-04")]


def test_drop_removes_rows_and_rows_adds_them(data: DataSet) -> None:
    fewer = after('table = "inventory"\nwhere = { location_id = "NEAR" }\ndrop = true')
    assert cells(fewer, "inventory", "on_hand", "item_id", "location_id") == {
        ("rice", "DC"): 70.0,
        ("lamp", "DC"): 3.0,
        ("rice", "FAR"): 25.0,
    }
    more = after(
        'table = "calendar"\nrows = [{ location_id = "FAR", date = 2026-03-04 }, '
        '{ location_id = "DC", date = "2026-03-05", closed = false }]'
    )
    assert data["calendar"].empty
    # closed is true where a row doesn't say
    assert cells(more, "calendar", "closed", "location_id") == {"FAR": True, "DC": False}
    assert len(after('table = "supply"\nrows = [{ item_id = "rice", location_id = "MILL" }]')["supply"]) == 2


@pytest.mark.parametrize(
    ("where", "selected"),
    [
        ('mode = "van"', ["DC NEAR van", "DC FAR van"]),
        ('mode = ["van", "truck"]', ["MILL DC truck", "DC NEAR van", "DC FAR van"]),
        ('mode = "!= van"', ["MILL DC truck", "DC NEAR express", "DC FAR express"]),
        ('distance_km = "> 80"', ["MILL DC truck"]),
        ('distance_km = ">= 80"', ["MILL DC truck", "DC FAR van", "DC FAR express"]),
        ('distance_km = "<8.5", emergency = true', ["DC NEAR express"]),
        ("distance_km = [8, 120]", ["MILL DC truck", "DC NEAR van", "DC NEAR express"]),
        ('vehicle_kg = ""', ["DC NEAR express", "DC FAR express"]),
        ('vehicle_kg = "!= "', ["MILL DC truck", "DC NEAR van", "DC FAR van"]),
        ('vehicle_kg = ["", 1000]', ["MILL DC truck", "DC NEAR express", "DC FAR express"]),
        ("valid_from = 2026-03-02", ["MILL DC truck", "DC NEAR van", "DC NEAR express", "DC FAR van", "DC FAR express"]),
        ('valid_from = ">= 2026-03-02", origin = "MILL"', ["MILL DC truck"]),
        ('origin.kind = "supplier"', ["MILL DC truck"]),
        ('destination = { kind = "store", name = "The store next door" }', ["DC NEAR van", "DC NEAR express"]),
    ],
)  # fmt: skip
def test_where_selects_by_values_lists_comparisons_dates_and_what_a_row_refers_to(
    where: str, selected: list[str]
) -> None:
    changed = after(f'table = "lanes"\nwhere = {{ {where} }}\nset = {{ stop_cost = 1 }}')["lanes"]
    hit = changed[changed["stop_cost"] == 1]
    assert (hit["origin"] + " " + hit["destination"] + " " + hit["mode"]).tolist() == selected


def test_changes_are_done_one_after_the_other() -> None:
    one = scenario("""
        [[s.change]]
        table = "inventory"
        where = { item_id = "rice", location_id = "DC" }
        add = { on_hand = -60 }
        [[s.change]]
        table = "inventory"
        where = { on_hand = "<= 10" }
        multiply = { on_hand = 2 }
    """)
    stock = cells(applied(one, tiny())[0], "inventory", "on_hand", "item_id", "location_id")
    # 70 − 60 = 10, then all that is not above 10 doubles: lamps 3 → 6, rice at NEAR 10 → 20; FAR has 25
    assert list(stock.values()) == [20, 6, 20, 25]


def test_settings_are_changed_key_by_key() -> None:
    one = scenario(
        "[s]\nsettings = { co2_price_per_kg = 0.5, review_days = 2, defaults.service_target = 0.9 }"
    )
    before, changed = tiny().settings, applied(one, tiny())[0].settings
    assert (changed.co2_price_per_kg, changed.review_days, changed.defaults.service_target) == (0.5, 2, 0.9)
    assert changed.defaults.holding_rate_per_year == before.defaults.holding_rate_per_year
    assert (changed.start_date, changed.horizon_days) == (before.start_date, before.horizon_days)


def test_the_baseline_is_never_altered(data: DataSet) -> None:
    before = data.content_hash
    one = scenario("""
        [s]
        settings = { review_days = 3 }
        [[s.change]]
        table = "lanes"
        multiply = { lead_time_days = 2, cost_per_vehicle = 2 }
        [[s.change]]
        table = "policies"
        set = { max_stock = 50 }
        [[s.change]]
        table = "demand"
        where = { item_id = "soap" }
        drop = true
    """)
    assert applied(one, data)[0].content_hash != before
    assert tiny().content_hash == before
    assert DataSet(data.tables, data.settings).content_hash == before


def test_what_is_done_and_undone_has_the_same_content(data: DataSet) -> None:
    one = scenario("""
        [[s.change]]
        table = "lanes"
        multiply = { cost_per_vehicle = 2 }
        [[s.change]]
        table = "lanes"
        multiply = { cost_per_vehicle = 0.5 }
    """)
    assert applied(one, data)[0].content_hash == data.content_hash


def test_a_result_that_can_not_be_is_reported_with_scenario_table_key_column_and_value() -> None:
    assert message('table = "inventory"\nwhere = { item_id = "rice" }\nadd = { on_hand = -20 }') == (
        "scenario s, inventory item_id rice, location_id NEAR: on_hand is -10; it can't be negative. Maybe backorders were "
        "exported as negative stock."
    )


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('table = "items"\nwhere = { item_id = "soap" }\nmultiply = { case_size = 0.5 }',
         "scenario s, items item_id soap: case_size is 2.5; it must be a whole number"),
        ('table = "inventory"\nrows = [{ item_id = "lamp", location_id = "DC", on_hand = 1 }]',
         "scenario s, inventory item_id lamp, location_id DC: item_id is lamp; row 3 has the same item_id, location_id"),
        ('table = "inventory"\nrows = [{ item_id = "lmap", location_id = "DC", on_hand = 1 }]',
         "item_id lmap, location_id DC: item_id is lmap; items.item_id has no such value. Maybe lamp is meant."),
        ('table = "inventory"\nrows = [{ item_id = "soap", location_id = "DC" }]',
         "scenario s, inventory item_id soap, location_id DC: on_hand is empty; it can't be empty"),
        ('table = "lanes"\nwhere = { origin = "MILL" }\ndrop = true',
         "no lane brings soap to FAR from stock or from a supplier that offers it"),
        ('table = "lanes"\ndrop = true', "scenario s, lanes: the table has a header and no rows; lanes can't be empty"),
        ('table = "demand"\nwhere = { date = 2026-03-06 }\nadd = { date = 1 }', "demand can't be after the last day, 2026-03-06"),
    ],
)  # fmt: skip
def test_the_changed_tables_pass_the_same_validation_as_tables_from_files(toml: str, said: str) -> None:
    assert said in message(toml)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('table = "lanes"\nwhere = { mode = "vam" }\ndrop = true',
         "scenarios.toml: s change 1 where.mode is vam; no row of lanes is like that. Maybe van is meant."),
        ('table = "lanes"\nwhere = { mode = "van", emergency = true }\ndrop = true',
         "s change 1 where: no row of lanes fulfils all of it together. Write allow_empty = true if that is meant."),
        ('table = "events"\ndrop = true', "scenarios.toml: s change 1 where: events has no rows."),
        ('table = "lanes"\nwhere = { mode = "van" }\nmultiply = { max_vehicles_per_day = 0.5 }',
         "multiply.max_vehicles_per_day: the cell is empty or 0 in all rows of lanes that it selects (2). Maybe set is meant."),
    ],
)  # fmt: skip
def test_a_change_that_changes_nothing_is_an_error_unless_it_may(toml: str, said: str, data: DataSet) -> None:
    assert said in message(toml)
    assert after(toml + "\nallow_empty = true").content_hash == data.content_hash


def test_faulty_settings_are_named_with_their_scenario() -> None:
    one = scenario('[s]\nsettings = { reveiw_days = 2, buckets = "3d" }')
    said = apply(one, tiny()).text()
    assert (
        "scenarios.toml: s settings.reveiw_days is 2; there is no such setting. Maybe review_days is meant."
        in said
    )
    assert "scenarios.toml: s settings.buckets: 3d is 3 days, but the horizon has 5." in said


def test_a_scenario_written_out_is_read_back_as_the_same() -> None:
    one = scenario(
        """
        [parent]
        settings = { review_days = 2, defaults = { service_target = 0.9 } }
        [[parent.change]]
        table = "lanes"
        where = { mode = ["van", "truck"], valid_from = 2026-03-02, destination.kind = "!= supplier", origin = "\\"quoted\\"" }
        set = { emergency = true, dispatch_days = "" }
        allow_empty = true
        [s]
        inherits = "parent"
        [[s.change]]
        table = "inventory"
        rows = [{ item_id = "soap", location_id = "DC", on_hand = 5 }]
        [[s.change]]
        table = "inventory"
        multiply = { on_hand = 1.5 }
        [[s.change]]
        table = "demand"
        drop = true
        where = { mean = "> 5" }
        """
    )  # fmt: skip
    again = scenario(one.toml())
    assert [step.change for step in again.steps] == [step.change for step in one.steps]
    assert (again.name, again.settings) == (one.name, one.settings)


def test_a_single_change_needs_no_name_of_its_own() -> None:
    assert [step.at for step in change('table = "lanes"\ndrop = true').steps] == ["s change 1"]


def test_a_warning_is_an_error_where_that_is_asked_for() -> None:
    one = change('table = "policies"\nrows = [{ item_id = "lamp", category = "grocery", max_stock = 9 }]')
    said = "scenario s, policies item_id lamp, category grocery: category is grocery; the category of lamp is durables"
    found, warnings = applied(one, tiny())
    assert len(found["policies"]) == 5
    assert [warning.message[: len(said)] for warning in warnings] == [said]
    with pytest.raises(InvalidData, match=said):
        applied(one, tiny(), strict=True)

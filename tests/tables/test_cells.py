"""One faulty cell each: where it is, what it is, what is wrong, and what to do."""

import pytest


def test_the_valid_data_set_has_no_finding(folder):
    report = folder.report()
    assert report.findings == ()
    assert report.data is not None


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "message"),
    [
        (
            "inventory",
            3,
            "on_hand",
            "-3",
            (
                "inventory.csv row 3: on_hand is -3; it can't be negative. "
                "Maybe backorders were exported as negative stock."
            ),
        ),
        (
            "items",
            2,
            "unit_weight_kg",
            "12 kg",
            (
                "items.csv row 2: unit_weight_kg is 12 kg; it must be a number. "
                "Write the number alone; the unit is kg/unit."
            ),
        ),
        (
            "items",
            3,
            "unit_cost",
            "1,234",
            (
                "items.csv row 3: unit_cost is 1,234; it must be a number. "
                "Maybe a thousands separator, maybe a decimal comma; write 1234.5."
            ),
        ),
        (
            "items",
            3,
            "unit_cost",
            "1,5",
            (
                "items.csv row 3: unit_cost is 1,5; it must be a number. "
                'Maybe a decimal comma; write 1.5, or set decimal = "," under [csv] in planner.toml.'
            ),
        ),
        (
            "items",
            3,
            "unit_cost",
            "1,234,567.8",
            (
                "items.csv row 3: unit_cost is 1,234,567.8; it must be a number. "
                "Maybe it has thousands separators; write it without."
            ),
        ),
        (
            "items",
            4,
            "case_size",
            "1.5",
            "items.csv row 4: case_size is 1.5; it must be a whole number. The unit is units.",
        ),
        ("items", 4, "case_size", "0", "items.csv row 4: case_size is 0; it must be at least 1."),
        (
            "items",
            4,
            "shelf_life_days",
            "0",
            "items.csv row 4: shelf_life_days is 0; it must be at least 1.",
        ),
        (
            "items",
            2,
            "item_id",
            " ",
            "items.csv row 2: item_id is empty; it can't be empty. Name of the item ",
        ),
        (
            "demand",
            2,
            "mean",
            "NaN",
            (
                "demand.csv row 2: mean is NaN; it must be a finite number. "
                "Leave the cell empty if it is not given."
            ),
        ),
        ("demand", 2, "mean", "inf", "demand.csv row 2: mean is inf; it must be a finite number."),
        ("demand", 2, "mean", "1e999", "demand.csv row 2: mean is 1e999; it must be a finite number."),
        (
            "demand",
            2,
            "mean",
            "n/a",
            "demand.csv row 2: mean is n/a; it must be a number. Leave the cell empty",
        ),
        (
            "demand",
            2,
            "mean",
            "#REF!",
            "demand.csv row 2: mean is #REF!; the formula failed in the spreadsheet.",
        ),
        (
            "demand",
            2,
            "mean",
            "02.03.2026",
            (
                "demand.csv row 2: mean is 02.03.2026; it must be a number. "
                "Maybe a spreadsheet turned the number into a date."
            ),
        ),
        (
            "policies",
            2,
            "service_target",
            "95",
            (
                "policies.csv row 2: service_target is 95; it must be more than 0 and less than 1. "
                "Maybe it is a percentage: 95 % is 0.95."
            ),
        ),
        (
            "policies",
            2,
            "service_target",
            "95%",
            "policies.csv row 2: service_target is 95%; it must be a number. Write a part of one: 95 %",
        ),
        (
            "demand",
            2,
            "date",
            "02.03.2026",
            (
                "demand.csv row 2: date is 02.03.2026; a date is written 2026-03-31. "
                "It looks like day.month.year. The column mixes formats: day.month.year; ISO 8601."
            ),
        ),
        (
            "demand",
            2,
            "date",
            "3/13/2026",
            (
                "demand.csv row 2: date is 3/13/2026; a date is written 2026-03-31. "
                "It looks like month/day/year."
            ),
        ),
        (
            "demand",
            2,
            "date",
            "13/3/2026",
            (
                "demand.csv row 2: date is 13/3/2026; a date is written 2026-03-31. "
                "It looks like day/month/year."
            ),
        ),
        (
            "demand",
            2,
            "date",
            "46083",
            (
                "demand.csv row 2: date is 46083; a date is written 2026-03-31. "
                "It looks like a spreadsheet's serial number of 2026-03-02; format the cells as dates."
            ),
        ),
        (
            "demand",
            2,
            "date",
            "2026-02-30",
            "demand.csv row 2: date is 2026-02-30; there is no such day. Maybe month and day were swapped.",
        ),
        ("demand", 2, "date", "9999-12-31", "demand.csv row 2: date is 9999-12-31; years from 1900 to 2199"),
        (
            "demand",
            2,
            "date",
            "2026-03-02 14:30",
            (
                "demand.csv row 2: date is 2026-03-02 14:30; a date is "
                "written 2026-03-31. It looks like a date with a time of day."
            ),
        ),
        (
            "demand",
            2,
            "date",
            "next week",
            "demand.csv row 2: date is next week; a date is written 2026-03-31.",
        ),
        (
            "locations",
            5,
            "kind",
            "stroe",
            "locations.csv row 5: kind is stroe; it must be one of supplier, dc, store. Maybe store is",
        ),
        (
            "lanes",
            2,
            "dispatch_days",
            "Mon Wde",
            (
                "lanes.csv row 2: dispatch_days is Mon Wde; weekdays are "
                "written Mon Wed Fri. Maybe Wed is meant."
            ),
        ),
        (
            "lanes",
            2,
            "emergency",
            "perhaps",
            "lanes.csv row 2: emergency is perhaps; it must be true or false.",
        ),
        (
            "lanes",
            2,
            "lead_time_days",
            "-1",
            (
                "lanes.csv row 2: lead_time_days is -1; it can't be negative. "
                "Maybe the days of dispatch and arrival were swapped."
            ),
        ),
        ("events", 2, "at", "yesterday", "events.csv row 2: at is yesterday; a moment is written "),
        ("items", 2, "name", "#NAME?", "items.csv row 2: name is #NAME?; the formula failed"),
    ],
)
def test_a_faulty_cell_is_explained(folder, table, row, column, text, message):
    report = folder.set(table, row, **{column: text}).report()
    assert [finding for finding in report.errors if finding.message.startswith(message)], report.text()
    assert report.data is None


def test_blanks_around_a_name_are_removed_with_a_warning(folder):
    report = folder.set("inventory", 2, item_id=" MILK\u00a0").report()
    assert [finding.message for finding in report.findings] == [
        (
            "inventory.csv row 2: item_id is  MILK\u00a0; it had blanks around it, which were removed. "
            "Remove them where the data come from."
        )
    ]
    assert list(report.data["inventory"]["item_id"]) == ["MILK", "TV", "SHIRT"]


def test_a_line_break_in_a_text_is_a_blank_with_a_warning(folder):
    report = folder.set("items", 2, name="Fresh\nmilk").report()
    assert [finding.code for finding in report.findings] == ["line_break"]
    assert report.data["items"]["name"].iloc[0] == "Fresh milk"


def test_an_empty_cell_gets_the_default_of_its_column(folder):
    data = (
        folder.set("items", 2, case_size="", unit_price="", unit_weight_kg="")
        .set("lanes", 2, emergency="")
        .report()
        .data
    )
    assert data["items"].loc[0, ["case_size", "unit_weight_kg"]].tolist() == [1.0, 0.0]
    assert data["items"]["unit_price"].isna().tolist() == [True, False, False]
    assert not data["lanes"]["emergency"].iloc[0]


def test_flags_choices_and_weekdays_may_be_written_in_other_ways(folder):
    folder.set("lanes", 2, emergency="Yes", dispatch_days="friday, MON").set("locations", 4, kind="DC")
    folder.set("capacities", 3, weekday="sat").set("policies", 2, lost_sales_allowed="")
    data = folder.report().data
    assert data["lanes"].loc[0, ["emergency", "dispatch_days"]].tolist() == [True, "Mon Fri"]
    assert data["locations"]["kind"].iloc[2] == "dc"
    assert data["capacities"]["weekday"].tolist() == ["", "Sat", ""]
    assert data["policies"]["lost_sales_allowed"].isna().tolist() == [True, False, False]


def test_a_moment_with_an_offset_is_read_as_utc(folder):
    data = folder.set("events", 2, at="2026-03-02T08:30:00+02:00").report().data
    assert data["events"]["at"].dt.strftime("%H:%M").tolist() == ["06:30", "09:15"]


def test_a_fault_in_many_rows_is_found_in_each(folder):
    rows = folder.rows("demand")
    report = folder.put("demand", [rows[0], *([*row[:3], "lots", row[4]] for row in rows[1:])]).report()
    assert [finding.row for finding in report.errors] == [2, 3, 4, 5]

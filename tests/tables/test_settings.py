"""`planner.toml`: strict, and explained like a table."""

import datetime

import pytest


def write(folder, text):
    (folder.path / "planner.toml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "horizont_days = 7",
            "planner.toml: horizont_days is 7; there is no such setting. Maybe horizon_days is meant.",
        ),
        ("review_days = true", "planner.toml: review_days is true; it must be a whole number."),
        ("review_days = 1.5", "planner.toml: review_days is 1.5; it must be a whole number."),
        ('review_days = "2"', "planner.toml: review_days is 2; it must be a whole number."),
        ("review_days = 0", "planner.toml: review_days is 0; it should be greater than or equal to 1."),
        ("frozen_days = -1", "planner.toml: frozen_days is -1; it should be greater than or equal to 0."),
        ("horizon_days = 2000", "planner.toml: horizon_days is 2000; it should be less than or equal"),
        (
            'start_date = "2026-03-02"',
            "planner.toml: start_date is 2026-03-02; it must be a date. Write 2026-03-31, without quotes.",
        ),
        ('terminal_value = "some"', "planner.toml: terminal_value is some; it should be 'useful' or 'none'."),
        ("service_weight = 0.0", "planner.toml: service_weight is 0.0; it should be greater than 0."),
        ('co2_price_per_kg = "0.1"', "planner.toml: co2_price_per_kg is 0.1; it must be a number."),
        ("co2_price_per_kg = nan", "planner.toml: co2_price_per_kg is nan; it should"),
        (
            "[defaults]\nservice_targt = 0.9",
            "planner.toml: defaults.service_targt is 0.9; there is no such setting. Maybe service_target",
        ),
        (
            "[defaults]\nservice_target = 1.0",
            "planner.toml: defaults.service_target is 1.0; it should be less than 1.",
        ),
        ("[profiles.fast]\nthreads = 0", "planner.toml: profiles.fast.threads is 0; it should be"),
        ("[profiles.fast]\ngapp = 0.1", "planner.toml: profiles.fast.gapp is 0.1; there is no such setting."),
        ('[csv]\nseparator = ":"', "planner.toml: csv.separator is :; it should be"),
        ('buckets = "7x"', "planner.toml: buckets is 7x; '7x' is not a number of days (d) or weeks (w). Write"),
        ('buckets = ""', "planner.toml: buckets is empty; buckets are empty. Write numbers of days and weeks"),
        ("buckets = 7", "planner.toml: buckets is 7; it should be a valid string"),
        ("profiles = 3", "planner.toml: profiles is 3; it should be a valid dictionary."),
    ],
)  # fmt: skip
def test_a_faulty_setting_is_explained(folder, line, message):
    report = write(folder, line + "\n").report()
    assert [finding for finding in report.errors if finding.message.startswith(message)], report.text()


def test_toml_that_cannot_be_read_names_its_line(folder):
    finding = write(folder, 'currency = "EUR"\nstart_date = 2.3.2026\n').only("invalid_toml")
    assert finding.row == 2
    assert finding.message.startswith("planner.toml row 2: this is not valid TOML (")


def test_a_faulty_setting_has_a_code(folder):
    codes = {f.column: f.code for f in write(folder, "review_days = 0\nfrozn_days = 1\n").report().errors}
    assert codes["review_days"] == "invalid_setting"
    assert codes["frozn_days"] == "unknown_setting"


def test_toml_in_another_encoding_is_named(folder):
    (folder.path / "planner.toml").write_bytes('currency = "£"'.encode("cp1252"))
    assert folder.only("invalid_toml").file == "planner.toml"


def test_all_faulty_settings_are_found_at_once_and_the_others_hold(folder):
    report = write(
        folder, 'start_date = 2026-03-02\nhorizon_days = "x"\nreview_days = 0\nextra = 1\n'
    ).report()
    assert {finding.column for finding in report.errors} == {"horizon_days", "review_days", "extra"}


def test_without_settings_the_tables_say_when_the_horizon_is(folder):
    (folder.path / "planner.toml").unlink()
    folder.put("open_orders", folder.rows("open_orders")[:1])
    settings = folder.report().data.settings
    assert settings.start_date == datetime.date(2026, 3, 2)
    assert settings.horizon_days == 7
    assert settings.end_date == datetime.date(2026, 3, 8)


def test_demand_far_away_is_no_horizon(folder):
    folder.settings(horizon_days="").set("demand", 5, date="2126-03-08")
    finding = folder.only("no_horizon")
    assert finding.column == "horizon_days"
    assert finding.rule == "it is not given, and demand ends 36,531 days after 2026-03-02"


def test_there_is_always_a_default_profile(folder):
    profiles = folder.report().data.settings.profiles
    assert profiles["default"].gap == 0.01
    assert profiles["fast"].model_dump() == {"gap": 0.05, "time_limit": 10.0, "threads": 2, "seed": 0}


def test_rules_for_scheduling_are_kept_as_they_are(folder):
    write(folder, 'start_date = 2026-03-02\n[scheduling]\ncron = "0 6 * * 1"\n')
    assert folder.report().data.settings.scheduling == {"cron": "0 6 * * 1"}


def test_retail_and_distribution_sign_unless_others_are_named(folder):
    approval = folder.report().data.settings.approval
    assert (approval.roles, approval.publish_up_to) == (("retail", "distribution"), None)
    write(
        folder, 'start_date = 2026-03-02\n[approval]\nroles = ["retail", "finance"]\npublish_up_to = 250.0\n'
    )
    approval = folder.report().data.settings.approval
    assert (approval.roles, approval.publish_up_to) == (("retail", "finance"), 250.0)


def test_roles_are_written_and_read_as_a_list_and_as_a_cell(folder, tmp_path):
    from planner.tables.load import load
    from planner.tables.write import write as write_tables

    write(folder, 'start_date = 2026-03-02\n[approval]\nroles = ["retail", "finance"]\n')
    for target in (tmp_path / "again", tmp_path / "again.xlsx"):
        write_tables(folder.report().data, target)
        assert load(target).settings.approval.roles == ("retail", "finance")


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("roles = []", "approval.roles", "at least one role"),
        ('roles = ["retail", "retail"]', "approval.roles", "each role once"),
        ('roles = ["retail", " "]', "approval.roles", "each by a word"),
        ("roles = [1]", "approval.roles.0", "valid string"),
        ("roles = 1", "approval.roles", "valid tuple"),
        ("publish_up_to = -1.0", "approval.publish_up_to", "greater than or equal to 0"),
        ('role = ["retail"]', "approval.role", "Maybe roles is meant."),
    ],
)
def test_rules_for_approval_that_mean_nothing_are_refused(folder, line, column, message):
    write(folder, f"start_date = 2026-03-02\n[approval]\n{line}\n")
    [finding] = [finding for finding in folder.report().findings if finding.severity == "error"]
    assert finding.column == column
    assert message in finding.message


def test_who_signs_a_plan_does_not_change_what_was_planned(folder):
    before = folder.report().data.content_hash
    text = (folder.path / "planner.toml").read_text()
    (folder.path / "planner.toml").write_text(text + '\n[approval]\nroles = ["retail"]\n')
    assert folder.report().data.content_hash == before

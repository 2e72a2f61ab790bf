"""What is written and read again has the same content."""

import string

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from planner.errors import UsageError
from planner.tables.load import load
from planner.tables.write import as_toml, write

FORMATS = ["csv", "parquet", "xlsx", "workbook"]
NAMES = st.text(
    st.one_of(
        st.sampled_from(string.ascii_letters + string.digits + "=+-@'\",; ._/\\#%"),
        st.characters(categories=["L", "N", "P", "S", "Zs"]),
    ),
    min_size=1,
    max_size=12,
).map(str.strip).filter(lambda text: text and not text.startswith("#"))  # fmt: skip
NUMBERS = st.floats(0, 1e9, allow_subnormal=False)


def written(data, folder, form):
    if form == "workbook":
        return write(data, folder.with_suffix(".xlsx"))
    return write(data, folder, form)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_keeps_the_content(valid_data, tmp_path, form):
    again = load(written(valid_data, tmp_path / "data", form))
    assert again.content_hash == valid_data.content_hash
    for name in valid_data.tables:
        assert set(again[name].columns) == set(valid_data[name].columns)


@pytest.mark.parametrize("form", FORMATS)
@seed(20260302)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    ids=st.lists(NAMES, min_size=8, max_size=8, unique=True),
    texts=st.lists(NAMES, min_size=3, max_size=3),
    numbers=st.lists(NUMBERS, min_size=12, max_size=12),
    moment=st.datetimes(pd.Timestamp("2000-01-01"), pd.Timestamp("2100-01-01")),
)
def test_any_names_and_numbers_survive(valid_data, tmp_path_factory, form, ids, texts, numbers, moment):
    data = renamed(valid_data, ids)
    data = data.replace(
        items=data["items"].assign(name=texts, unit_cost=numbers[:3], unit_price=numbers[3:6]),
        locations=data["locations"].assign(region=(texts + texts)[:5]),
        demand=data["demand"].assign(mean=numbers[6:10], sd=numbers[8:12]),
        events=data["events"].assign(at=moment),
    )
    again = load(written(data, tmp_path_factory.mktemp("round") / "data", form))
    assert again.content_hash == data.content_hash


def renamed(data, ids):
    """The data set with other names for its 3 items and 5 locations."""
    old = [*data["items"]["item_id"], *data["locations"]["location_id"]]
    new = dict(zip(old, ids, strict=True))
    columns = {"item_id", "location_id", "origin", "destination", "supplier"}
    return data.replace(
        **{
            name: frame.assign(**{at: frame[at].replace(new) for at in columns & set(frame.columns)})
            for name, frame in data.tables.items()
        }
    )


def test_texts_that_look_like_formulas_are_disarmed_in_csv_only(valid_path, tmp_path):
    data = load(valid_path)
    data = data.replace(items=data["items"].assign(name=["=1+1", "'@x", "-5 kg"]))
    assert "'=1+1" in (write(data, tmp_path / "csv") / "items.csv").read_text()
    assert (
        next(iter(pd.read_parquet(write(data, tmp_path / "p", "parquet") / "items.parquet")["name"]))
        == "=1+1"
    )
    assert load(tmp_path / "csv")["items"]["name"].tolist() == ["=1+1", "'@x", "-5 kg"]


def test_whole_numbers_are_written_without_a_point(valid_path, tmp_path):
    write(load(valid_path), tmp_path / "data")
    assert (tmp_path / "data" / "inventory.csv").read_text() == (valid_path / "inventory.csv").read_text()


def test_tables_are_never_overwritten(valid_path, tmp_path):
    data = load(valid_path)
    write(data, tmp_path / "data")
    with pytest.raises(UsageError, match="is there already"):
        write(data, tmp_path / "data", "parquet")
    write(data, tmp_path / "book.xlsx")
    with pytest.raises(UsageError, match=r"book.xlsx is there already"):
        write(data, tmp_path / "book.xlsx")


def test_settings_of_any_shape_survive(valid_path, tmp_path):
    data = load(valid_path)
    scheduling = {
        "cron": "0 6 * * 1",
        "retries": 3,
        "on failure": {"mail": ["a@b", 'say "hi"\\'], "wait": 0.5},
    }
    data = data.replace(settings=data.settings.model_copy(update={"scheduling": scheduling}))
    assert load(write(data, tmp_path / "data")).settings == data.settings


def test_what_is_not_given_is_not_written(valid_path):
    text = as_toml(load(valid_path).settings)
    assert "None" not in text
    assert "lost_sale_penalty" not in text

"""Writing a sample into a folder of the user."""

from pathlib import Path

import pandas as pd
import pytest

from planner.errors import UsageError
from planner.sample import SAMPLES, folder, init, write
from planner.tables.load import load, validate

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_new_folder_holds_a_valid_data_set(tmp_path: Path, sample: folder.SampleName) -> None:
    made = init(tmp_path / "new" / "folder", sample)
    report = validate(made)
    assert report.data is not None
    assert report.findings == ()
    assert (made / "README.md").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_repository_holds_what_the_generator_writes(tmp_path: Path, sample: folder.SampleName) -> None:
    write(sample, tmp_path)
    theirs = DATA / sample
    assert sorted(path.name for path in theirs.iterdir()) == sorted(path.name for path in tmp_path.iterdir())
    for path in theirs.iterdir():
        if path.suffix != ".parquet":  # its bytes depend on the version of the library that writes it
            assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
    assert load(theirs).content_hash == load(tmp_path).content_hash


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_same_bytes_are_written_every_time(tmp_path: Path, sample: folder.SampleName) -> None:
    for copy in ("one", "two"):
        write(sample, tmp_path / copy)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    init(target, "tiny")
    assert (target / "items.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_current_folder_may_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    init(Path("."), "tiny")
    assert validate(tmp_path).findings == ()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "items.csv"
    precious.write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        init(tmp_path, "tiny")
    assert [path.name for path in tmp_path.iterdir()] == ["items.csv"]
    assert precious.read_text() == "mine"


def test_a_file_is_never_replaced(tmp_path: Path) -> None:
    precious = tmp_path / "mine"
    precious.write_text("mine")
    with pytest.raises(UsageError, match="not a folder"):
        init(precious, "tiny")
    assert precious.read_text() == "mine"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(UsageError):
        init(tmp_path / "link", "tiny")
    assert list((tmp_path / "real").iterdir()) == []


def test_an_unknown_sample_is_refused_with_the_names_of_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="retail, tiny"):
        init(tmp_path / "new", "huge")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_failure_halfway_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: pd.DataFrame) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(folder, "_csv", fail)
    with pytest.raises(OSError, match="disk full"):
        init(tmp_path / "new", "tiny")
    assert list(tmp_path.iterdir()) == []


def test_something_that_appears_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "mine"
    target.mkdir()

    def slow(sample: folder.SampleName, draft: Path) -> None:
        (target / "precious.csv").write_text("mine")
        write(sample, draft)

    monkeypatch.setattr(folder, "write", slow)
    with pytest.raises(UsageError, match="not empty"):
        init(target, "tiny")
    assert [path.name for path in target.iterdir()] == ["precious.csv"]

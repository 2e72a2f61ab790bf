"""The ledger only grows, one process at a time, and a line that isn't what was written is found."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner.errors import LedgerDamaged, Unavailable, UsageError
from planner.response.ledger import EventFact, Ledger, events_of
from planner.response.ledger.lock import locked

# A process that adds entries and says each one after it is there; it is given folder, name and number (0 = without end).
WRITER = """
import sys
from pathlib import Path
from planner.response.ledger import Ledger

ledger, name, number = Ledger(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
done = 0
while done < number or not number:
    done += 1
    entry = ledger.append("approved", actor=name, run_id=str(done), note="§" * 300)
    print(entry.number, done, flush=True)
"""


def writer(folder: Path, name: str, number: int = 0) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), name, str(number)], stdout=subprocess.PIPE, text=True
    )


def three(folder: Path) -> Ledger:
    ledger = Ledger(folder)
    for number in range(3):
        ledger.append("approved", actor="Ann", run_id=f"run{number}", role="retail", note="fine")
    return ledger


def test_entries_read_back_as_they_were_written(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "deep" / "runs")
    assert ledger.entries() == []
    event = EventFact("E1", "demand_shift", "2026-03-02T06:00:00.000Z", ("grocery", "fashion"), 24.0)
    first = ledger.append("proposed", actor="replan", run_id="a", events=[event], change=0.1 + 0.2)
    second = ledger.append(
        "approved", actor="Änne", run_id="a", at="2026-03-02T08:00:00.000Z", note="two\nlines"
    )
    assert ledger.entries() == [first, second]
    assert list(events_of(ledger.entries()[0])) == [event]
    assert ledger.entries()[0].facts["change"] == 0.1 + 0.2
    assert (second.number, second.previous, second.at) == (2, first.hash, "2026-03-02T08:00:00.000Z")
    assert first.at.endswith("Z")
    assert len(first.at) == len("2026-03-02T08:00:00.000Z")
    assert len(ledger.path.read_text().splitlines()) == 2


def test_what_the_block_has_seen_stays_so_until_it_ends(tmp_path: Path) -> None:
    ledger = three(tmp_path)
    with ledger.writing() as book:
        assert len(book.entries) == 3
        other = writer(tmp_path, "other", 1)
        time.sleep(1.0)
        book.append("rejected", actor="Bob", run_id="run0")
    assert other.communicate(timeout=60)[0].split() == ["5", "1"]
    assert [entry.actor for entry in ledger.entries()] == ["Ann", "Ann", "Ann", "Bob", "other"]


def changed(lines: list[str]) -> None:
    lines[1] = lines[1].replace("fine", "bad!")


def rehashed(lines: list[str]) -> None:
    """Changed by somebody who has computed the hash of the line anew: the line after it doesn't follow."""
    from planner.response.ledger.entry import next_entry, parse

    first, second = parse(lines[0]), parse(lines[1])
    lines[1] = next_entry(first, second.at, "rejected", second.actor, second.run_id, {}).line


def deleted(lines: list[str]) -> None:
    del lines[1]


def first_deleted(lines: list[str]) -> None:
    del lines[0]


def last_deleted(lines: list[str]) -> None:
    del lines[2]


def all_deleted(lines: list[str]) -> None:
    lines.clear()


def moved(lines: list[str]) -> None:
    lines[1], lines[2] = lines[2], lines[1]


def repeated(lines: list[str]) -> None:
    lines.insert(1, lines[1])


def last_replaced(lines: list[str]) -> None:
    from planner.response.ledger.entry import next_entry, parse

    second = parse(lines[1])
    lines[2] = next_entry(second, second.at, "rejected", "Eve", "run2", {}).line


def no_entry(lines: list[str]) -> None:
    lines[1] = "{}"


def spaced(lines: list[str]) -> None:
    lines[1] = lines[1] + " "


@pytest.mark.parametrize(
    ("harm", "line"),
    [
        (changed, 2),
        (rehashed, 3),
        (deleted, 2),
        (first_deleted, 1),
        (last_deleted, 3),
        (all_deleted, 1),
        (moved, 2),
        (repeated, 3),
        (last_replaced, 3),
        (no_entry, 2),
        (spaced, 2),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_line_that_is_not_what_was_written_is_found_and_named(tmp_path: Path, harm, line: int) -> None:
    ledger = three(tmp_path)
    lines = ledger.path.read_text().splitlines()
    harm(lines)
    ledger.path.write_text("".join(f"{text}\n" for text in lines))
    before = ledger.path.read_bytes()
    with pytest.raises(LedgerDamaged, match=rf"ledger\.jsonl line {line} ") as fault:
        ledger.entries()
    assert "backup" in str(fault.value)
    with pytest.raises(LedgerDamaged, match=f"line {line} "):
        ledger.append("approved", actor="Ann", run_id="run9")
    assert ledger.path.read_bytes() == before


def test_every_single_character_counts(tmp_path: Path) -> None:
    ledger = three(tmp_path)
    content = ledger.path.read_bytes()
    draw = random.Random(1)
    for place in draw.sample(range(len(content)), 200):
        other = bytes([draw.choice([byte for byte in b'x0\n" ,' if byte != content[place]])])
        ledger.path.write_bytes(content[:place] + other + content[place + 1 :])
        with pytest.raises(LedgerDamaged, match=r"line [123] "):
            ledger.entries()
    ledger.path.write_bytes(content)
    assert len(ledger.entries()) == 3


@pytest.mark.parametrize("part", [1, 20, -1])
def test_what_a_killed_writer_left_is_taken_off(tmp_path: Path, part: int) -> None:
    """The head doesn't promise it yet, as it is written after the line is on the disk."""
    ledger = three(tmp_path)
    head = (tmp_path / "ledger.head").read_text()
    whole = ledger.path.read_bytes()
    fourth = ledger.append("approved", actor="Bob", run_id="run3")
    (tmp_path / "ledger.head").write_text(head)
    (tmp_path / ".ledger.0abc.head").write_text("{")
    line = fourth.line.encode()
    ledger.path.write_bytes(whole + line[:part])
    assert len(ledger.entries()) == 3
    again = ledger.append("approved", actor="Bob", run_id="run3", at=fourth.at)
    assert ledger.entries()[3:] == [again] == [fourth]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.head", "ledger.jsonl"]


def test_an_entry_that_is_whole_counts_though_its_writer_was_killed_before_the_head(tmp_path: Path) -> None:
    ledger = three(tmp_path)
    head = (tmp_path / "ledger.head").read_text()
    ledger.append("approved", actor="Bob", run_id="run3")
    (tmp_path / "ledger.head").write_text(head)
    assert len(ledger.entries()) == 4
    assert ledger.append("approved", actor="Bob", run_id="run4").number == 5
    assert json.loads((tmp_path / "ledger.head").read_text())["entries"] == 5


def test_processes_that_write_at_once_wait_for_each_other(tmp_path: Path) -> None:
    names = ["a", "b", "c", "d"]
    writers = [writer(tmp_path, name, 25) for name in names]
    said = [process.communicate(timeout=120)[0] for process in writers]
    numbers = [int(line.split()[0]) for text in said for line in text.splitlines()]
    assert sorted(numbers) == list(range(1, 101))
    entries = Ledger(tmp_path).entries()
    for name in names:
        own = [int(entry.run_id) for entry in entries if entry.actor == name]
        assert own == list(range(1, 26))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_killed_at_any_moment_nothing_that_was_said_is_lost_and_nothing_is_there_twice(
    tmp_path: Path,
) -> None:
    draw = random.Random(5)
    said: set[tuple[str, str]] = set()
    for number in range(10):
        victim = writer(tmp_path, f"w{number}")
        assert victim.stdout is not None
        first = victim.stdout.readline()
        time.sleep(draw.uniform(0.0, 0.15))
        victim.send_signal(signal.SIGKILL)
        lines = [first, *victim.communicate()[0].splitlines()]
        said |= {(f"w{number}", line.split()[1]) for line in lines if len(line.split()) == 2}
        entries = Ledger(tmp_path).entries()
        there = [(entry.actor, entry.run_id) for entry in entries]
        assert len(set(there)) == len(there)
        assert said <= set(there)
        assert len(there) - len(said) <= number + 1  # at most one more per process: added, not yet said


def test_who_waits_too_long_is_told_to_try_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    first, second = os.open(path, os.O_RDWR), os.open(path, os.O_RDWR)
    with locked(first), pytest.raises(Unavailable, match="Try again"), locked(second, patience=0.05):
        pass
    with locked(second, patience=0.05):
        pass
    os.close(first)
    os.close(second)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(UsageError, match=r"ledger can't be written: .*runs"):
        Ledger(tmp_path / "runs").append("detected", actor="watch")

"""SIGKILL at random moments of `approve`, `override` and `replan`: nothing is lost, half-written or there twice, and the next call
goes on.

KILLS=100 pytest tests/response/test_killed.py kills as often as that.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from planner.plan.record import new_id
from planner.plan.registry import Registry
from planner.plan.run import Run
from planner.response.approval.content import content_hash
from planner.response.approval.published import find_published
from planner.response.events import stored
from planner.response.ledger import Entry, Ledger

KILLS = int(os.environ.get("KILLS", "5"))
ROLES = ("retail", "distribution")

# Signs one run after the other for both roles, and says what came of it. Given: the folder of runs.
SIGNER = """
import sys
from pathlib import Path
from planner.errors import NothingToDo, UsageError
from planner.verbs.approve import Request, approve
from planner.verbs.runs import open_registry

registry = open_registry(Path(sys.argv[1]))
for run in sorted(registry.runs(), key=lambda run: run.record.run_id):
    for role in ("retail", "distribution"):
        try:
            decision = approve(run.record.run_id, registry, Request(role, "signer"))
        except (NothingToDo, UsageError):  # done, or overtaken by a newer one
            continue
        print(decision.entry.number, decision.entry.kind, decision.run.record.run_id, flush=True)
print("end", flush=True)
"""

# Overrides the quantity of one order after the other, each in the run before. Given: the folder of runs, the first run.
OVERRIDER = """
import sys
from pathlib import Path
from planner.errors import NothingToDo
from planner.verbs.override import Request, override
from planner.verbs.runs import open_registry

registry, base = open_registry(Path(sys.argv[1])), sys.argv[2]
for order, quantity in [(name, n) for n in (10, 20, 10) for name in ("O000001", "O000004", "O000006")]:
    try:
        made = override(base, registry, Request(order, "busy day", quantity=quantity, by="planner"))
        base = made.run.record.run_id
        print(made.run.record.run_id, order, quantity, flush=True)
    except NothingToDo:
        base = next((run.record.run_id for run in registry.runs() if run.record.base == base), base)
print("end", flush=True)
"""

# Answers one event after the other, each on top of the answer before. Given: the folder of runs, the first run, the events.
REPLANNER = """
import sys
from pathlib import Path
from planner.verbs.replan import replan
from planner.verbs.runs import open_registry

registry, base = open_registry(Path(sys.argv[1])), sys.argv[2]
for events in sorted(Path(sys.argv[3]).iterdir()):
    made = replan(base, events, registry)
    base = made.run.record.run_id
    print(base, made.base.record.run_id, flush=True)
print("end", flush=True)
"""
SHIFTS = [
    ("rice", "FAR", 2),
    ("soap", "NEAR", 1.5),
    ("rice", "NEAR", 0.5),
    ("soap", "FAR", 3),
    ("rice", "FAR", 0.8),
]


class Victim:
    """A process that is killed at a random moment, from its first word on or from its beginning."""

    def __init__(self, script: str, *argv: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, argv)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def killed(self, draw: random.Random) -> list[str]:
        """The lines that it could say; all of them if it was faster."""
        assert self.process.stdout is not None
        first = self.process.stdout.readline() if draw.random() < 0.8 else ""
        time.sleep(draw.uniform(0.0, 0.4))
        self.process.send_signal(signal.SIGKILL)
        rest, errors = self.process.communicate()
        assert "Traceback" not in errors, errors
        return [line for line in (first + rest).splitlines() if line]

    def finished(self) -> list[str]:
        """The lines of a process that is let alone."""
        said, errors = self.process.communicate(timeout=300)
        assert self.process.returncode == 0, errors
        return said.splitlines()


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The optimal plan of the tiny sample."""
    from planner.sample import init
    from planner.verbs.solve import Request, solve

    folder = tmp_path_factory.mktemp("solved")
    init(folder / "tiny", "tiny")
    return solve(Request(folder / "tiny", gap=0.0), Registry(folder / "runs")).run


def copies(run: Run, folder: Path, number: int) -> list[Run]:
    """The run again and again, each under a name of its own."""
    for _ in range(number):
        record = run.record.model_copy(update={"run_id": new_id()})
        shutil.copytree(run.folder, folder / record.run_id)
        (folder / record.run_id / "run.json").write_text(record.model_dump_json())
        time.sleep(0.002)  # ids are per millisecond
    return sorted(Registry(folder).runs(), key=lambda run: run.record.run_id)


def require_whole(entries: list[Entry], runs: dict[str, Run]) -> None:
    """Nothing is twice, and what is published was signed by both, as it is."""
    seen = Counter((entry.kind, entry.run_id, entry.facts.get("role", "")) for entry in entries)
    assert set(seen.values()) <= {1}
    for number, entry in enumerate(entries):
        if entry.kind == "published":
            before = [other for other in entries[:number] if other.run_id == entry.run_id]
            assert {other.facts["role"] for other in before} == set(ROLES)
            contents = {other.facts["content"] for other in (*before, entry)}
            assert contents == {content_hash(runs[entry.run_id].folder)}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_approve_is_killed_at_any_moment(tmp_path: Path, solved: Run) -> None:
    draw, folder = random.Random(20), tmp_path / "runs"
    runs = {run.record.run_id: run for run in copies(solved, folder, 4)}
    said: set[tuple[str, ...]] = set()
    moments: Counter[str] = Counter()
    holds = ""
    for _ in range(KILLS):
        if not any(run_id > holds for run_id in list(runs)[:-1]):  # so that there is always something to sign
            runs = {run.record.run_id: run for run in copies(solved, folder, 4)}
        said |= {tuple(line.split()) for line in Victim(SIGNER, folder).killed(draw) if line != "end"}
        entries = Ledger(folder).entries()
        require_whole(entries, runs)
        there = {(str(entry.number), entry.kind, entry.run_id) for entry in entries}
        assert said <= there
        published = [entry.run_id for entry in entries if entry.kind == "published"]
        assert published == sorted(published)
        if published:
            assert published[-1] >= holds
            holds = published[-1]
            assert find_published(Registry(folder)).record.run_id == holds
        last = entries[-1].kind if entries else "nothing"
        moments[last] += 1
    assert Victim(SIGNER, folder).finished()[-1] == "end"
    entries = Ledger(folder).entries()
    require_whole(entries, runs)
    assert find_published(Registry(folder)).record.run_id == max(runs)
    assert sum(moments.values()) == KILLS
    assert len(moments) > 1, moments  # it was killed at different stages
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["ledger.head", "ledger.jsonl"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_override_is_killed_at_any_moment(tmp_path: Path, solved: Run) -> None:
    draw, folder = random.Random(21), tmp_path / "runs"
    shutil.copytree(solved.folder, folder / solved.record.run_id)
    for _ in range(max(5, KILLS // 3)):
        said = Victim(OVERRIDER, folder, solved.record.run_id).killed(draw)
        visible = {run.record.run_id: run for run in Registry(folder).runs()}
        assert {line.split()[0] for line in said if line != "end"} <= set(visible)
        for run in visible.values():
            assert len(run.plan.orders)
        noted = [entry.run_id for entry in Ledger(folder).entries()]
        assert len(set(noted)) == len(noted)
        assert set(noted) <= set(visible)
    assert Victim(OVERRIDER, folder, solved.record.run_id).finished()[-1] == "end"
    noted = [entry.run_id for entry in Ledger(folder).entries()]
    made = sorted(run.record.run_id for run in Registry(folder).runs() if run.record.base)
    assert sorted(noted) == made
    chosen = [run for run in Registry(folder).runs() if run.record.run_id == made[-1]]
    quantities = chosen[0].plan.orders.set_index("order_id")["quantity"]
    assert quantities[["O000001", "O000004", "O000006"]].tolist() == [10, 10, 10]
    from planner.verbs.check import check

    assert all(check(name, Registry(folder)).confirmed for name in made)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_replan_is_killed_at_any_moment(tmp_path: Path, solved: Run) -> None:
    """The published plan stays, every answer is whole and there once, and after each kill the next call goes on."""
    draw, folder, told = random.Random(22), tmp_path / "runs", tmp_path / "events"
    first = solved.record.run_id
    shutil.copytree(solved.folder, folder / first)
    assert Victim(SIGNER, folder).finished()[-1] == "end"
    published = content_hash(folder / first)
    told.mkdir()
    moments: Counter[int] = Counter()
    blocks = -(-KILLS // 10)
    for block in range(blocks):  # of questions, so that there is always something to answer
        for n, (item, place, factor) in enumerate(SHIFTS):
            event = f"E{block}-{n},2026-03-02T06:00:00,demand_shift,{item},{place},{factor}"
            (told / f"{n}.csv").write_text(f"event_id,at,type,item_id,location_id,factor\n{event}\n")
        for _ in range(min(10, KILLS - 10 * block)):
            said = Victim(REPLANNER, folder, first, told).killed(draw)
            moments[len(said)] += 1
            visible = {run.record.run_id: run for run in Registry(folder).runs()}
            assert {name for line in said if line != "end" for name in line.split()} <= set(visible)
            for run in visible.values():
                assert len(run.plan.orders)
            assert find_published(Registry(folder)).record.run_id == first
            assert content_hash(folder / first) == published
            noted = [entry.run_id for entry in Ledger(folder).entries() if entry.kind == "proposed"]
            assert len(set(noted)) == len(noted)
            assert set(noted) <= set(visible)
        *chain, end = Victim(REPLANNER, folder, first, told).finished()
        assert end == "end"
        assert len(chain) == len(SHIFTS)
    assert len(moments) > 1, moments
    answers = [run for run in Registry(folder).runs() if run.record.base]
    noted = [entry.run_id for entry in Ledger(folder).entries() if entry.kind == "proposed"]
    assert sorted(noted) == sorted(run.record.run_id for run in answers)
    # each question was answered once
    assert (
        len({tuple(stored(run.folder)["event_id"]) for run in answers})
        == len(answers)
        == len(SHIFTS) * blocks
    )
    from planner.verbs.check import check

    assert all(check(line.split()[0], Registry(folder)).confirmed for line in chain)

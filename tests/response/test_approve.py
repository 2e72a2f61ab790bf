"""A plan has two owners: it is published when both have signed what is there."""

import getpass
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from planner.errors import NothingToDo
from planner.plan.run import Run
from planner.response.approval.content import content_hash
from planner.response.approval.decide import Signing, publish_unsigned
from planner.response.ledger import Ledger
from planner.tables.settings import Approval
from planner.verbs.runs import open_registry
from tests.cli.calling import Call, plan_of_nothing


@pytest.fixture
def solve(call: Call, tiny: Path, engine: Any) -> Any:
    """Make a run; returns its id."""
    engine(plan_of_nothing)

    def run(*argv: object) -> str:
        said = call("solve", tiny, "--force", "--json", *argv)
        return str(said.document["run_id"])

    return run


def entries() -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.run_id, entry.actor) for entry in Ledger(Path("runs")).entries()]


def state(call: Call, run: str) -> Any:
    return call("runs", "show", run, "--json").document["state"]


def sign(call: Call, run: str, *roles: str) -> None:
    for role in roles or ("retail", "distribution"):
        assert call("approve", run, "--role", role, "--by", role.title()).code == 0


def settings(tiny: Path, text: str) -> None:
    (tiny / "planner.toml").write_text(text)


def test_a_plan_is_published_when_both_have_signed(call: Call, solve: Any) -> None:
    run = solve()
    assert state(call, run) == "proposed"
    assert call("runs", "list", "--published").out == "No plan is published in runs.\n"
    said = call("approve", run, "--role", "retail", "--by", "Ann", "--note", "fine")
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{run} is approved for retail by Ann\n  Missing: distribution.\n"
    assert state(call, run) == "proposed"
    assert call("approve", "latest", "--role", "distribution", "--by", "Bob").out == f"{run} is published\n"
    assert state(call, run) == "published"
    assert entries() == [("approved", run, "Ann"), ("approved", run, "Bob"), ("published", run, "Bob")]
    published = Ledger(Path("runs")).entries()[-1]
    assert published.facts["signed"] == {"retail": "Ann", "distribution": "Bob"}
    assert published.facts["content"] == content_hash(Path("runs") / run)
    assert published.facts["checked"] is True
    [line] = call("runs", "list", "--published", "--json").document["runs"]
    assert (line["run_id"], line["signed"]) == (run, ["distribution", "retail"])
    assert "signed for retail by Ann, distribution by Bob" in call("runs", "show", run).out


def test_the_published_plan_is_found_under_that_name(call: Call, solve: Any) -> None:
    run = solve()
    said = call("check", "published")
    assert said.code == 2
    assert "no plan is published in runs" in said.err
    sign(call, run)
    newer = solve()
    assert call("check", "published", "--json").document["run_id"] == run
    assert call("check", "latest", "--json").document["run_id"] == newer


def test_the_name_says_who_decided_and_is_by_default_who_is_logged_in(call: Call, solve: Any) -> None:
    document = call("approve", solve(), "--role", "retail", "--json").document
    assert (document["by"], document["status"]) == (getpass.getuser(), "approved")
    assert (document["missing"], document["checked"]) == (["distribution"], True)
    assert call("approve", "latest", "--role", "distribution", "--by", " ").code == 2


def test_a_newer_plan_takes_the_place_of_the_one_before(call: Call, solve: Any) -> None:
    first, second, third = solve(), solve(), solve()
    sign(call, second)
    sign(call, third, "retail")
    said = call("approve", third, "--role", "distribution")
    assert said.out == f"{third} is published\n  It replaces {second}.\n"
    assert [state(call, run) for run in (first, second, third)] == ["superseded", "superseded", "published"]
    said = call("approve", first, "--role", "retail")
    assert said.code == 2
    assert f"superseded by {third}" in said.err
    said = call("reject", second, "--role", "retail", "--note", "no")
    assert (said.code, "superseded" in said.err) == (2, True)


def test_plans_of_different_tables_are_published_side_by_side(call: Call, tiny: Path, solve: Any) -> None:
    first = solve()
    sign(call, first)
    shutil.copytree(tiny, tiny.with_name("other"))
    second = call("solve", tiny.with_name("other"), "--json", "--force").document["run_id"]
    sign(call, second)
    found = call("runs", "list", "--published", "--json").document["runs"]
    assert [line["run_id"] for line in found] == [second, first]
    said = call("check", "published")
    assert (said.code, "several plans are published" in said.err) == (2, True)


def test_a_rejected_plan_is_at_its_end(call: Call, solve: Any) -> None:
    run = solve()
    sign(call, run, "retail")
    said = call("reject", run, "--role", "distribution", "--by", "Bob", "--note", "too many vans")
    assert (said.code, said.out) == (0, f"{run} is rejected for distribution by Bob\n")
    assert state(call, run) == "rejected"
    for role in ("retail", "distribution"):
        said = call("approve", run, "--role", role)
        assert said.code == 2
        assert "was rejected by Bob for distribution" in said.err
        assert "too many vans. Make a new run" in said.err
    said = call("reject", run, "--role", "retail", "--note", "me too")
    assert said.code == 99
    assert len(entries()) == 2


def test_a_rejection_needs_a_reason(call: Call, solve: Any) -> None:
    run = solve()
    assert call("reject", run, "--role", "retail").code == 2
    assert call("reject", run, "--role", "retail", "--note", " ").code == 2
    assert entries() == []


def test_who_signs_twice_is_told_so(call: Call, solve: Any) -> None:
    run = solve()
    sign(call, run, "retail")
    said = call("approve", run, "--role", "retail", "--by", "Eve", "--json")
    assert (said.code, said.document["status"]) == (99, "nothing to do")
    assert "approved for retail already, by Retail" in said.err
    assert "Missing: distribution." in said.err
    sign(call, run, "distribution")
    assert call("approve", run, "--role", "distribution").code == 99
    said = call("reject", run, "--role", "retail", "--note", "too late")
    assert (said.code, "can't be rejected, only replaced" in said.err) == (2, True)
    assert len(entries()) == 3


def test_a_role_that_nobody_has_is_refused_with_the_nearest(call: Call, solve: Any) -> None:
    run = solve()
    said = call("approve", run, "--role", "distributor")
    assert said.code == 2
    assert "Maybe distribution is meant." in said.err
    said = call("reject", run, "--role", "ceo", "--note", "no")
    assert (said.code, "signed for retail, distribution" in said.err) == (2, True)
    assert entries() == []


def test_the_policy_says_who_must_sign(call: Call, tiny: Path, solve: Any) -> None:
    settings(tiny, '[approval]\nroles = ["planning", "finance", "retail"]\n')
    run = solve()
    sign(call, run, "planning", "finance")
    assert state(call, run) == "proposed"
    assert call("approve", run, "--role", "distribution").code == 2
    sign(call, run, "retail")
    assert state(call, run) == "published"


def test_a_policy_that_asks_for_less_publishes_what_has_enough(call: Call, tiny: Path, solve: Any) -> None:
    """Also how a call goes on after one that was killed between the last signature and publishing."""
    run = solve()
    sign(call, run, "retail")
    settings(tiny, '[approval]\nroles = ["retail"]\n')
    assert call("approve", run, "--role", "retail").out == f"{run} is published\n"
    assert [kind for kind, _, _ in entries()] == ["approved", "published"]


def test_a_call_that_was_killed_before_it_published_is_continued_by_the_next(call: Call, solve: Any) -> None:
    run = solve()
    sign(call, run)
    ledger = Ledger(Path("runs"))
    second = ledger.entries()[1]
    ledger.path.write_text(
        "".join(line + "\n" for line in ledger.path.read_text().splitlines()[:2]) + '{"numb'
    )
    (Path("runs") / "ledger.head").write_text(json.dumps({"entries": 2, "hash": second.hash}))
    assert state(call, run) == "proposed"
    assert call("approve", run, "--role", "retail").out == f"{run} is published\n"
    assert [kind for kind, _, _ in entries()] == ["approved", "approved", "published"]


def test_a_policy_that_cannot_be_read_is_not_guessed(call: Call, tiny: Path, solve: Any) -> None:
    run = solve()
    settings(tiny, '[approval]\nrole = ["retail"]\n')
    for verb in (["approve"], ["reject", "--note", "no"]):
        said = call(*verb, run, "--role", "retail")
        assert said.code == 3
        assert "Maybe roles is meant" in said.err
    shutil.rmtree(tiny)
    assert call("approve", run, "--role", "retail").code == 2
    assert entries() == []


def test_a_signature_covers_the_files_that_were_signed(call: Call, solve: Any) -> None:
    run = solve()
    sign(call, run, "retail")
    log = Path("runs") / run / "log.txt"
    log.write_text(log.read_text() + "one more line\n")
    [line] = call("runs", "list", "--json").document["runs"]
    assert (line["state"], line["changed"]) == ("proposed", True)
    assert "proposed (retail), files changed" in call("runs", "list").out
    said = call("approve", run, "--role", "distribution")
    assert said.code == 0
    assert "The signature for retail no longer counts: files were changed since." in said.out
    assert "Missing: retail." in said.out
    assert state(call, run) == "proposed"
    sign(call, run, "retail")
    assert state(call, run) == "published"


def test_a_published_plan_whose_files_were_changed_is_no_longer_found(call: Call, solve: Any) -> None:
    run = solve()
    sign(call, run)
    (Path("runs") / run / "orders.csv").write_text("order_id\n")
    [line] = call("runs", "list", "--published", "--json").document["runs"]
    assert line["changed"] is True
    said = call("export", "published")
    assert said.code == 2
    assert "were changed since it was published" in said.err
    said = call("approve", run, "--role", "retail")
    assert (said.code, "not what was signed" in said.err) == (2, True)


def test_hidden_files_are_not_signed_and_every_other_file_is(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "sub" / "b.txt").write_text("b")
    before = content_hash(tmp_path)
    (tmp_path / ".DS_Store").write_text("x")
    assert content_hash(tmp_path) == before
    (tmp_path / "sub" / "b.txt").rename(tmp_path / "sub" / "c.txt")
    assert content_hash(tmp_path) != before


def test_a_run_without_a_plan_cannot_be_signed(call: Call, tiny: Path, engine: Any) -> None:
    def fail(data: Any, **options: Any) -> Any:
        raise RuntimeError("broken")

    engine(fail)
    assert call("solve", tiny).code == 1
    for verb in (["approve"], ["reject", "--note", "no"]):
        said = call(*verb, "latest", "--role", "retail")
        assert said.code == 2
        assert "is failed: there is no plan" in said.err
    assert state(call, "latest") is None


def test_a_run_that_the_check_refutes_cannot_be_signed(call: Call, solve: Any) -> None:
    run = solve()
    path = Path("runs") / run / "kpis.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"fill_rate": 1.0}))
    said = call("approve", run, "--role", "retail", "--json")
    assert (said.code, said.document["status"]) == (5, "refuted")
    assert "fill_rate" in said.err
    assert entries() == []


def test_fresh_tables_leave_a_plan_unchecked_and_the_ledger_says_so(
    call: Call, tiny: Path, solve: Any
) -> None:
    run = solve()
    lines = (tiny / "inventory.csv").read_text().splitlines()
    (tiny / "inventory.csv").write_text("\n".join([lines[0], lines[1].rsplit(",", 1)[0] + ",1", *lines[2:]]))
    said = call("approve", run, "--role", "retail")
    assert said.code == 0
    assert "it was not checked again" in said.err
    assert Ledger(Path("runs")).entries()[0].facts["checked"] is False


def test_tables_that_have_moved_are_found_with_data(call: Call, tiny: Path, solve: Any) -> None:
    run = solve()
    moved = tiny.rename(tiny.with_name("moved"))
    assert call("approve", run, "--role", "retail").code == 2
    assert call("approve", run, "--role", "retail", "--data", moved).code == 0


def test_the_ledger_is_listed_and_a_damaged_one_stops_decisions_but_no_list(call: Call, solve: Any) -> None:
    run, other = solve(), solve()
    assert call("runs", "ledger").out == "Nothing was decided yet.\n"
    sign(call, run, "retail")
    sign(call, other, "retail")
    assert len(call("runs", "ledger").out.splitlines()) == 2
    [entry] = call("runs", "ledger", other, "--json").document["entries"]
    assert (entry["kind"], entry["run_id"], entry["number"]) == ("approved", other, 2)
    path = Path("runs") / "ledger.jsonl"
    path.write_text(path.read_text().replace("Retail", "Nobody", 1))
    for verb in (["runs", "ledger"], ["approve", run, "--role", "distribution"], ["check", "published"]):
        said = call(*verb)
        assert said.code == 5
        assert "ledger.jsonl line 1 was changed" in said.err
    said = call("runs", "list", "--json")
    assert (said.code, len(said.document["runs"])) == (0, 2)
    assert "line 1 was changed" in said.document["ledger"]
    assert call("runs", "show", run).code == 0


def follow(base: str, cost: float) -> Run:
    """A run that follows `base` and costs so much."""
    registry = open_registry(Path("runs"))
    run = registry.find(base)
    record = run.record.model_copy(
        update={"run_id": f"99990101T000000.000Z-{cost:05.0f}", "base": base, "cost": cost}
    )
    shutil.copytree(run.folder, Path("runs") / record.run_id)
    (Path("runs") / record.run_id / "run.json").write_text(record.model_dump_json())
    return registry.find(record.run_id)


def test_a_small_change_is_published_unsigned_where_the_policy_allows_it(call: Call, solve: Any) -> None:
    first = solve()
    base = open_registry(Path("runs")).find(first)
    assert base.record.cost is not None
    near, far = follow(first, base.record.cost + 10.0), follow(first, base.record.cost - 10.5)
    signing, policy = Signing("watch", "watch"), Approval(publish_up_to=10.0)

    def publish(run: Run, by: Approval = policy) -> Any:
        return publish_unsigned(run, base, by, signing, content_hash(run.folder))

    assert publish(near) is None  # what it follows is not published
    sign(call, first)
    assert publish(far) is None
    assert publish(near, Approval()) is None
    decision = publish(near)
    assert decision.entry.facts["limit"] == 10.0
    assert decision.entry.facts["change"] == pytest.approx(10.0)
    assert decision.supersedes == (first,)
    assert state(call, near.record.run_id) == "published"
    with pytest.raises(NothingToDo):
        publish(near)

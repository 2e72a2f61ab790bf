"""`planner watch` from outside: exit codes, one document, and a graceful end."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.response.watch.selling import selling, tell

EVENT = {"event_id": "E1", "at": "2026-03-02T08:00", "type": "tariff_change", "factor": 1.3}


def test_once_says_what_it_has_proposed_and_then_that_there_is_nothing_to_do(call, tiny):
    assert call("solve", tiny).code == 0
    assert call("watch", tiny, "--once").code == 99
    (tiny / "events").mkdir()
    (tiny / "events" / "a.json").write_text(json.dumps([EVENT]))
    said = call("watch", tiny, "--once", "--json")
    assert said.code == 0, said.err
    assert said.document["status"] == "proposed"
    assert said.document["runs"][0]["events"] == ["E1"]
    assert "is proposed for E1" in said.err
    assert call("watch", tiny, "--once").code == 99
    assert call("check", "latest").code == 0


def test_what_the_sales_show_is_said_and_answered_unless_nobody_looks(call, tmp_path):
    data = tmp_path / "data"
    tell(data, selling())
    assert call("solve", data).code == 0
    tell(data, selling(A=3.0))
    assert call("watch", data, "--once", "--no-detect").code == 99
    said = call("watch", data, "--once", "--json")
    assert said.code == 0, said.err
    [issue], [run] = said.document["exceptions"], said.document["runs"]
    assert run["events"] == [f"{issue['exception_id']}-2026-01-05"]
    assert run["base"] == issue["base"]
    assert issue["recoverable"] > 50
    told = f"{issue['exception_id']}: {issue['says']}; {issue['recoverable']:,.0f} EUR recoverable, last dispatch"
    assert told in said.err
    assert call("watch", data, "--once").code == 99
    assert f"exceptions {issue['exception_id']}" in call("runs", "ledger", run["base"]).out


def test_without_a_plan_there_is_nothing_to_change(call, tiny):
    said = call("watch", tiny, "--once")
    assert said.code == 2
    assert "planner solve" in said.err


def test_a_time_that_is_none(call, tiny):
    assert call("watch", tiny, "--every", "soon").code == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_asked_to(tiny, tmp_path, number):
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "planner",
            "watch",
            str(tiny),
            "--on-change",
            "--json",
            "--out",
            str(tmp_path / "runs"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    line = process.stderr.readline()
    assert line.startswith("Watching")
    time.sleep(1)
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert json.loads(out)["status"] in ("no_plan", "nothing")

"""The OpenAPI document: every operation is tried with what it allows and what it doesn't; nothing breaks."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from planner.service.api.requests import Approve, Override, Reject, Replan, Scenarios, Simulate, Solve
from planner.service.jobs.verbs import VERBS
from tests.seeds import ALL
from tests.service.server import Server, ended, serving

ELSEWHERE = {  # options of the command line that a request can't have: files, screens, other machines
    "out", "errors", "write_model", "executor", "insecure_cluster", "json", "debug", "to", "file", "workers", "data", "help",
}  # fmt: skip


def options(verb: str) -> set[str]:
    import typer

    from planner.cli.main import app

    command: Any = typer.main.get_command(app)
    return {option.name for option in command.commands[verb].params}


@pytest.mark.parametrize(
    ("verb", "model"),
    [
        ("solve", Solve),
        ("scenarios", Scenarios),
        ("simulate", Simulate),
        ("replan", Replan),
        ("approve", Approve),
        ("reject", Reject),
        ("override", Override),
    ],
)
def test_a_request_has_the_options_of_the_command_line(verb: str, model: Any) -> None:
    asked = set(model.model_fields) - {"dataset"}
    only_there = ELSEWHERE | ({"force"} if verb == "scenarios" else set())
    if verb in ("approve", "reject", "override"):  # the run is in the address, the token says who
        only_there |= {"run", "by", "after"}
    assert asked == options(verb) - only_there


def test_the_service_has_the_verbs_of_the_command_line() -> None:
    from planner.cli.main import VERBS as SPOKEN

    later = {"init", "frontier", "bench", "serve", "tokens", "watch", "webhooks", "schedule"}
    routes = {"runs", "response"}  # read at once, without a process
    parts = {"network"}  # of the report, for pages
    assert set(VERBS) - parts == set(SPOKEN) - later - routes


def test_the_document_is_openapi_3_1_with_examples_and_problems(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert operation["description"], path
            if path.startswith("/v1"):
                for code in ("401", "403", "422", "500"):
                    content = operation["responses"][code]["content"]
                    assert list(content) == ["application/problem+json"], (method, path, code)
                assert operation["security"], path
    assert document["components"]["schemas"]["Solve"]["examples"]
    text = json.dumps(document)
    missing = set(re.findall(r"#/components/schemas/(\w+)", text)) - document["components"]["schemas"].keys()
    assert missing == set()


def test_the_pages_of_the_document_load_nothing_from_elsewhere(client: httpx.Client) -> None:
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


SLOW = (  # each starts a process
    "validate", "check", "explain", "export", "report", "compare", "exceptions", "approve", "reject", "override",
)  # fmt: skip
WIDE = ("simulate", "scenarios")  # hundreds of cases each, of the kinds that `solve` and `replan` have, too


def test_no_request_breaks_the_service_or_its_document(tmp_path: Path, tiny: Path) -> None:
    """schemathesis over every operation, for things that are there: no 5xx, no answer that the document doesn't describe."""
    with serving(tmp_path / "s", f"--allow={tiny}", "--max-queue=5", "--max-time=20") as server:
        server.token = server.new_token("planner", "retail")
        with server.client as client:
            names = [client.post("/v1/datasets", json={"folder": str(tiny)}).json()["id"] for _ in range(2)]
            job = client.post("/v1/solve", json={"dataset": names[0], "policy": "reorder"}).json()["id"]
            assert ended(client, job)["status"] == "done"
        (server.folder / "try.toml").write_text(CONFIG.format(dataset=names[0], other=names[1], job=job))
        slow = "|".join(f"/{name}$" for name in (*SLOW, *([] if ALL else WIDE)))
        explore(
            server,
            "--exclude-path-regex",
            slow,
            "--max-examples",
            "2",
            "--phases",
            "examples,coverage",
        )
        examples = "2" if ALL else "1"
        explore(
            server, "--include-path-regex", slow, "--max-examples", examples, "--phases", "examples,fuzzing"
        )
        assert [line for line in server.log if line.get("status", 0) in range(500, 600)] == []
        seen = {
            (line["method"], line["path"], line["status"])
            for line in server.log
            if line["event"] == "request"
        }
        for path in ("export", "report", "check", "tables/orders", "certificate", "log"):
            assert ("GET", f"/v1/runs/{job}/{path}", 200) in seen, path
        assert ("GET", "/v1/exceptions", 200) in seen
        assert ("POST", f"/v1/runs/{job}/approve", 200) in seen


CONFIG = """
[parameters]
dataset = "{dataset}"
job = "{job}"
run = "{job}"

[[operations]]
include-method = "DELETE"
parameters = {{ dataset = "{other}" }}
"""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
)


def explore(server: Server, *options: str) -> None:
    """Let schemathesis try what the options say; one at a time, because Python 3.11 can't parse in several threads."""
    argv = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", "try.toml", "run", "--no-color"),
        *(f"{server.address}/openapi.json", "-H", f"Authorization: Bearer {server.token}", "--workers", "1"),
        *(
            "--checks",
            ",".join(CHECKS),
            "--seed",
            "1",
            "--generation-database",
            "none",
            "--request-timeout",
            "200",
        ),
        *("--suppress-health-check", "all", *options),
    ]
    said = subprocess.run(argv, cwd=server.folder, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout[-8000:] + said.stderr[-2000:]

"""The examples of docs/service.md, run as they stand there."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.service.files import tables, zipped
from tests.service.server import Server

PAGE = (Path(__file__).parents[2] / "docs" / "service.md").read_text()


def example(language: str) -> str:
    marked = re.findall(
        rf"<!-- a test runs this against a server -->\n\n```{language}\n(.*?)```", PAGE, flags=re.DOTALL
    )
    assert len(marked) == 1
    return str(marked[0])


def test_the_example_in_python(
    server: Server,
    tiny: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").symlink_to(tiny)
    names = {"token": server.token}
    exec(example("python").replace("http://127.0.0.1:8350", server.address), names)
    assert "done" in capsys.readouterr().out
    assert set(names["orders"]["destination"]) <= {"NEAR"} or "NEAR" in set(names["orders"]["origin"])  # type: ignore[index,call-overload]
    assert (tmp_path / "plan.xlsx").exists()


def test_the_example_with_curl(server: Server, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(zipped(tables(tiny)))
    settings = {**os.environ, "PLANNER_TOKEN": str(server.token), "URL": server.address}
    subprocess.run(["bash", "-euc", example("bash")], cwd=tmp_path, env=settings, check=True, timeout=240)
    assert "event: done" in (tmp_path / "events.txt").read_text()
    assert (tmp_path / "orders.csv").read_text().startswith("order_id,item_id,")

"""A real server: `planner serve` in a process of its own, and real HTTP to it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from planner.service.store.database import Database
from planner.service.store.tokens import Tokens

PATIENCE = 240.0  # seconds; the machine may be busy
TINY = "tiny"


@dataclass
class Server:
    """A server in a folder. It may be killed and begun again in the same place."""

    folder: Path
    options: tuple[str, ...] = ()
    token: str | None = None
    process: "subprocess.Popen[str] | None" = field(default=None, repr=False)
    address: str = ""
    port: int = 0

    def begin(self) -> "Server":
        """Start, and wait until it serves."""
        log = (self.folder / "log.jsonl").open("a")
        argv = ["serve", "--json", "--port", str(self.port), *self.options]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "planner", *argv],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        log.close()
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert '"address"' in line, line + (self.folder / "log.jsonl").read_text()[-3000:]
        self.address = json.loads(line)["address"]
        self.port = int(self.address.rsplit(":", 1)[1])
        return self

    def kill(self) -> None:
        """End it as a loss of power would."""
        assert self.process
        self.process.kill()
        self.ended()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process
        self.process.terminate()
        return self.ended()

    def ended(self) -> int:
        assert self.process
        code = self.process.wait(PATIENCE)
        assert self.process.stdout
        self.process.stdout.close()
        self.process = None
        return code

    @property
    def log(self) -> list[dict[str, Any]]:
        """The lines of its log that are JSON."""
        lines = (self.folder / "log.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def as_(self, token: str | None) -> httpx.Client:
        """A client with the token."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=PATIENCE)

    @property
    def client(self) -> httpx.Client:
        """A client with the token of the server's tests."""
        return self.as_(self.token)

    def new_token(self, *roles: str) -> str:
        """A token, made on the command line."""
        argv = [part for role in roles for part in ("--role", role)]
        text: str = planner(self, "tokens", "create", "-".join(roles), *argv)["token"]
        return text

    def tokens(self, *roles: str) -> dict[str, str]:
        """A token for each role, named after it; put into the store, which is quicker than the command line."""
        database = Database(f"sqlite:///{self.folder / 'service' / 'store.sqlite'}")
        made = {role: Tokens(database).create(role, [role])[1] for role in roles}
        database.close()
        return made


def planner(server: Server, *words: str) -> dict[str, Any]:
    """What the command line says of the store of the server."""
    places = [part for part in server.options if part.startswith("--database=")]
    said = subprocess.run(
        [sys.executable, "-m", "planner", *words, "--json", *places],
        cwd=server.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    document: dict[str, Any] = json.loads(said.stdout)
    return document


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    """A server as long as it is needed."""
    folder.mkdir(exist_ok=True)
    server = Server(folder, options)
    try:
        yield server.begin()
    finally:
        if server.process:
            server.kill()


def ended(client: httpx.Client, job: str) -> dict[str, Any]:
    """The job, when it has ended."""
    return until(lambda: client.get(f"/v1/jobs/{job}", params={"wait": 30}).json(), is_ended)


def is_ended(job: dict[str, Any]) -> bool:
    return job["status"] in ("done", "failed", "cancelled")


def until(look: Callable[[], Any], good: Callable[[Any], bool] = bool, patience: float = PATIENCE) -> Any:
    """What `look` sees when it is good."""
    deadline = time.monotonic() + patience
    while not good(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(0.05)
    return seen


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

"""One process that serves: HTTP in front, jobs behind.

It may be killed at any moment: what was accepted goes on at the next start.
"""

import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from planner.errors import UsageError
from planner.service import logs
from planner.service.app import create_app
from planner.service.service import Service
from planner.service.settings import Settings

GRACE = 5  # seconds that open requests have to end


def serve(settings: Settings, begun: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; `begun` is told the address. Raises UsageError if the port is taken."""
    logs.configure()
    service = Service.open(settings)
    logs.configure()  # once more: the queue has a way of its own to log
    listening = _listen(settings)
    port = listening.getsockname()[1]
    config = uvicorn.Config(
        create_app(service),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=30,
        server_header=False,
    )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    _Server(config, service, lambda: begun(f"http://{host}:{port}")).run(sockets=[listening])
    # jobs end here like in a crash, and are begun again at the next start: there is one way to stop, and it is tested
    service.database.close()
    os._exit(0)


class _Server(uvicorn.Server):
    """Says when it serves, and tells streams and those who wait that it stops."""

    def __init__(self, config: uvicorn.Config, service: Service, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self._service, self._begun = service, begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """It begins."""
        await super().startup(sockets)
        if self.started:
            self._begun()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 (uvicorn's)
        """A signal has come: end in order; a second Ctrl-C ends at once."""
        self._service.stopping.set()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as fault:
        raise UsageError(
            f"can't listen on {settings.host}, port {settings.port} ({(fault.strerror or str(fault)).lower()}). "
            "Maybe another --port is free, or --host is not an address of this machine."
        ) from None
    return listening

"""What the service does without being asked: every second it looks for messages that are to be sent."""

import threading
from functools import partial

import structlog

from planner.service import webhooks
from planner.service.jobs.queue import DBOSQueue
from planner.service.service import Service

log = structlog.get_logger("planner.rounds")
PACE = 1.0  # seconds between two rounds


class Rounds:
    """Made before the service starts, started after it."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._webhooks = DBOSQueue("webhook", partial(webhooks.send, hooks=service.hooks), webhooks.AT_ONCE)

    def start(self) -> None:
        """Begin, in a thread that ends with the service."""
        self._webhooks.start()
        threading.Thread(target=self._go_round, name="rounds", daemon=True).start()

    def _go_round(self) -> None:
        while not self._service.stopping.wait(PACE):
            try:
                for delivery in self._service.hooks.due():
                    self._webhooks.submit(webhooks.attempt_of(delivery))
            except Exception:  # the store may be away for a moment; the next round comes
                log.exception("a round failed")

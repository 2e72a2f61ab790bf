"""What the service does without being asked: every second it looks for messages to be sent, and for schedules."""

import threading
from functools import partial

import structlog

from planner.service import webhooks
from planner.service.jobs.queue import DBOSQueue
from planner.service.schedules.clock import Clock
from planner.service.schedules.tick import tick
from planner.service.service import Service

log = structlog.get_logger("planner.rounds")
PACE = 1.0  # seconds between two rounds


class Rounds:
    """Made before the service starts, started after it."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._webhooks = DBOSQueue("webhook", partial(webhooks.send, hooks=service.hooks), webhooks.AT_ONCE)
        self._clock = Clock(partial(tick, service=service), service.schedules)

    def start(self) -> None:
        """Begin, in a thread that ends with the service."""
        self._webhooks.start()
        self._clock.start()
        threading.Thread(target=self._go_round, name="rounds", daemon=True).start()

    def _go_round(self) -> None:
        while not self._service.stopping.wait(PACE):
            for look in (self._look_for_messages, self._clock.look):
                try:
                    look()
                except Exception:  # the store may be away for a moment; the next round comes
                    log.exception("a round failed")

    def _look_for_messages(self) -> None:
        for delivery in self._service.hooks.due():
            self._webhooks.submit(webhooks.attempt_of(delivery))

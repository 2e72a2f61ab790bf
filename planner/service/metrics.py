"""What is measured, for Prometheus: requests, and jobs by status."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 120)


class Metrics:
    """The measurements of one server; `counts` says how many jobs there are per status."""

    def __init__(self, counts: Callable[[], dict[str, int]]) -> None:
        self._registry = CollectorRegistry()
        self.requests = Histogram(
            "planner_request_seconds",
            "Seconds until a request was answered, streams until they ended",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._registry.register(_Jobs(counts))

    def text(self) -> bytes:
        """All measurements in the format of Prometheus."""
        return generate_latest(self._registry)


class _Jobs(Collector):
    """Jobs as they are in the store when somebody asks."""

    def __init__(self, counts: Callable[[], dict[str, int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("planner_jobs", "Jobs by status", labels=["status"])
        for status, number in self._counts().items():
            jobs.add_metric([status], number)
        yield jobs

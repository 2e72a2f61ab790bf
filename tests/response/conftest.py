"""The command line in an empty folder, the tiny sample, and an engine that takes no time."""

from tests.cli.conftest import call, engine, tiny

__all__ = ["call", "engine", "tiny"]

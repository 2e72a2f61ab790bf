"""The watcher as a process that answers by the whole plan."""

import sys
from pathlib import Path

from planner.cli.interrupt import Interruption
from planner.response.approval.published import open_registry
from planner.response.watch.alone import alone
from planner.response.watch.pace import Pace
from planner.verbs.watch import Watcher, watch
from tests.response.watch.whole import whole

if __name__ == "__main__":
    data, runs = Path(sys.argv[1]), Path(sys.argv[4])
    registry = open_registry(runs)
    with Interruption() as stop, alone(runs, data):
        for look in watch(Watcher(data, registry, whole(registry)), Pace(data, None, True, stop)):
            print(look.state, look.events, look.faults, flush=True)

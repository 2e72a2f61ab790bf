"""The process of one job: a task on the first line of stdin; progress and the result, a line of JSON each, on stdout.

It ends when stdin does, so that no job goes on after its server has died. SIGTERM asks for the best plan so far.
"""

import ctypes
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux
EASY_PREY = "800"  # of 1000: if memory runs out, a job dies rather than the server


def main() -> None:
    """Do the task, say how it ended."""
    say = _voice()
    task_line = sys.stdin.readline()
    _die_with_the_server()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    from planner.errors import NothingToDo
    from planner.plan.files import to_json
    from planner.service.jobs.task import Task
    from planner.service.jobs.verbs import VERBS, Watch
    from planner.verbs.faults import describe

    def tell(kind: str, content: dict[str, Any]) -> None:
        say(to_json({"kind": kind, "content": content}))

    task = Task.of(json.loads(task_line))
    try:
        document = VERBS[task.verb](task, Watch(lambda content: tell("progress", content), stop.is_set))
    except NothingToDo as fault:  # no failure: all is as it was wanted, in the run that was named
        tell("done", describe(fault).document(task.names[0] if task.names else ""))
    except BaseException as fault:
        tell("failed", describe(fault).document(_kept(task.runs, task.run_id)))
    else:
        tell("done", document)
    os._exit(0)  # libraries may have threads that don't end


def _voice() -> Any:
    """What writes a line to the server; everything else that is printed goes to stderr."""
    stdout = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lock = threading.Lock()

    def say(line: str) -> None:
        with lock:
            stdout.write(line + "\n")
            stdout.flush()

    return say


def _kept(runs: str, run_id: str | None) -> str:
    """The run that has the reason, if one was kept."""
    return run_id if run_id and (Path(runs) / run_id).exists() else ""


def _die_with_the_server() -> None:
    def watch() -> None:
        sys.stdin.read()
        os._exit(1)

    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)
        Path("/proc/self/oom_score_adj").write_text(EASY_PREY)
    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()

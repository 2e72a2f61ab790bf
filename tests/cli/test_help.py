"""The first thing that one sees: quick, complete and in order."""

import resource
import subprocess
import sys

from planner import __version__

HEAVY = (
    *("pandas", "numpy", "pyomo", "highspy", "scipy", "pyarrow", "xlsxwriter", "distributed", "jinja2"),
    *("fastapi", "sqlalchemy", "dbos", "httpx"),
)
LOADED = """
import sys
from planner.cli.main import main
code = main({argv!r})
print("loaded:", *(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
sys.exit(code)
"""


def planner(*argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "planner", *argv], capture_output=True, text=True, check=False
    )


def test_help_lists_the_verbs_in_the_order_of_a_days_work() -> None:
    said = planner("--help")
    assert said.returncode == 0
    verbs = [
        "init",
        "validate",
        "solve",
        "check",
        "explain",
        "compare",
        "scenarios",
        "frontier",
        "simulate",
        "exceptions",
        "replan",
        "override",
        "approve",
        "reject",
        "response",
        "watch",
        "report",
        "runs",
        "export",
        "serve",
        "tokens",
        "webhooks",
        "schedule",
        "bench",
    ]
    listed = [
        line.split()[0] for line in said.stdout.split("Commands:")[1].splitlines() if line.startswith("  ")
    ]
    assert listed == verbs


def test_help_takes_less_than_half_a_second() -> None:
    """Processor time, so that it doesn't depend on what else the machine does."""
    planner("--help")  # the first call compiles

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        planner("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) < 0.5


def test_help_version_and_wrong_usage_load_nothing_heavy() -> None:
    for argv in (
        ["--help"],
        ["solve", "--help"],
        ["runs", "--help"],
        ["serve", "--help"],
        ["tokens", "--help"],
        ["--version"],
        ["solve"],
        ["nonsense"],
    ):
        script = LOADED.format(argv=argv, heavy=HEAVY)
        said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert said.stderr.splitlines()[-1].strip() == "loaded:", argv


def test_listing_runs_does_not_load_pandas() -> None:
    script = LOADED.format(argv=["runs", "list"], heavy=("pandas", "pyomo", "scipy"))
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert said.stderr.splitlines()[-1].strip() == "loaded:"


def test_the_version_is_that_of_the_package() -> None:
    assert planner("--version").stdout.strip() == __version__


def test_importing_planner_is_free_and_names_its_functions() -> None:
    script = (
        "import sys, planner; print(planner.__all__, [n for n in ('pandas', 'typer') if n in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "['__version__', 'evaluate', 'load', 'solve'] []"

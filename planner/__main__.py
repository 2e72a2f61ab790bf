"""`python -m planner` is the same as `planner`."""

from planner.cli.main import run

if __name__ == "__main__":
    run()

"""Files of a run folder as they stand, or what is wrong with them."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from planner.audit.compare import differences


def read_table(path: Path) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    """A table as it stands in its file, CSV as text; or None and what is wrong."""
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path), differences([])
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig"), differences([])
    except FileNotFoundError:
        return None, differences([(path.name, "", "", "no such file", "")])
    except Exception as fault:  # whatever a damaged file makes its reader raise is a finding, not our fault
        return None, differences([(path.name, "", "", f"unreadable: {fault}", "")])


def read_json(path: Path) -> tuple[dict[str, Any] | None, pd.DataFrame]:
    """The object in a file; or None and what is wrong."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, differences([(path.name, "", "", "no such file", "")])
    except (OSError, ValueError, RecursionError) as fault:
        return None, differences([(path.name, "", "", f"unreadable: {fault}", "")])
    if not isinstance(content, dict):
        return None, differences([(path.name, "", "", "unreadable: not an object", "")])
    return content, differences([])

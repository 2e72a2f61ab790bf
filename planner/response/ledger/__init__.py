"""Who decided what, when and why: `ledger.jsonl` in the folder of runs, which only ever grows.

    ledger = Ledger(registry.folder)
    ledger.append("proposed", actor="replan", run_id=run_id, base=base_id, events=[EventFact(…)])
    with ledger.writing() as book:                      # look, then write, with nobody in between
        if not any(entry.kind == "approved" for entry in book.entries):
            book.append("approved", actor="Ann", run_id=run_id, role="retail")

Runs never change; what happens to them is here, and the state of a run is derived from it (`planner.response.approval`).
"""

from planner.response.ledger.entry import KINDS, Entry, Kind
from planner.response.ledger.facts import EventFact, events_of
from planner.response.ledger.ledger import Ledger, ledger_of

__all__ = ["KINDS", "Entry", "EventFact", "Kind", "Ledger", "events_of", "ledger_of"]

"""Two owners, one plan: who has signed a run, and which plan of a source is published.

Nothing is stored but the ledger: `standing` reads how a run stands from it, `decide` adds to it, `published` finds the plan
that holds.
"""

"""Watching a folder of tables: what is new in it, which plan it is new to, and whether that was answered already.

Nothing is stored: everything is derived from the tables, the runs and the ledger, so a watcher that was killed goes on where
these have come to.
"""

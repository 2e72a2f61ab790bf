"""From a signal to a signed plan: events, exceptions, re-planning, approvals and the ledger of who decided what."""

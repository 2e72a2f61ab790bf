"""From a signal to a signed plan: events, exceptions, re-planning, approval."""

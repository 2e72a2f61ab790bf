"""Planning again after events: a neighbourhood of the published plan, the rest as it stands."""

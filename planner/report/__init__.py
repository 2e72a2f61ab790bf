"""One page about one or several runs: for the planner and the director, on paper and without a network."""

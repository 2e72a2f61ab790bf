"""A single order decided by a person: what that changes, and what it costs by the evaluator."""

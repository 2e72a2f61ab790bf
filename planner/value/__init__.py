"""What joint planning is worth: baselines, scenarios, comparisons, the closed loop, explanations."""

"""What joint planning is worth: baselines to compare it with."""

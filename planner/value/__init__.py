"""What planning is worth: policies in a closed loop."""

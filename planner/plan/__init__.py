"""The plan, and the run folders in which plans are kept."""

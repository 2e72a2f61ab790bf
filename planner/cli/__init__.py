"""The command line: one small file per verb, no logic, heavy imports inside the functions."""

"""The mathematics of the joint plan: arrays and solvers, no files, no data frames. See `models/README.md`."""

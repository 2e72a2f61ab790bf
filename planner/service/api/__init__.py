"""The HTTP API: what the command line can do, under the same names, as JSON."""

"""Instances of any size, to measure the engines with."""

"""Tables → validated data set: `load.load` and `load.validate` read, `write.write` writes.

Nothing is imported here, because pandas is heavy and `load` is the name of a module and of its function.
"""

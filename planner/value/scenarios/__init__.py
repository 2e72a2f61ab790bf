"""Named changes over the tables and settings of a data set."""

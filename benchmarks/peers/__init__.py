"""What the benchmark of engines is made of: instances, one compact model, solvers of others, measuring, tables and a chart."""

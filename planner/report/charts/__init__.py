"""Data → ECharts options. Pure functions: the same charts serve a page and other places."""

"""What the service remembers: tokens, data sets, jobs and their events, in SQLite or PostgreSQL."""

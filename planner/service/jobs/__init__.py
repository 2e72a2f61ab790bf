"""Work that outlives a request: each job is a verb in a process of its own, and a queue that forgets none."""

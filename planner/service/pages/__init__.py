"""The workbench: pages that the server makes, over the same runs, jobs and roles as the API."""

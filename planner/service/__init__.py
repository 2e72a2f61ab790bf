"""The engine as a service: an HTTP API and pages over the verbs, with durable jobs. Needs the extra `server`."""

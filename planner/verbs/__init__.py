"""What each verb does, for every door alike: the command line today, the HTTP API and pages later."""

"""The ways in and out: HTTP API, command line, stores. Everything here may do I/O."""

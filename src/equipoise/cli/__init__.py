"""The `equipoise` command: the room that reads the clock, the environment and what people type."""

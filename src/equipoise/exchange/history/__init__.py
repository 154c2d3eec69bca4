"""A history as a file: one event a line, in canonical JSON with its hash, so that two copies can be compared."""

from equipoise.exchange.history.read import read_history, stream_history
from equipoise.exchange.history.write import write_history

__all__ = ["read_history", "stream_history", "write_history"]

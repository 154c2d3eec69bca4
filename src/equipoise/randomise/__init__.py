"""Allocation that anybody can check: a pure function of a secret and of the order of events."""

"""Understand a study."""

"""Equipoise carries a randomised clinical trial from its protocol to its answer."""

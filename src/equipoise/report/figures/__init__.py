"""Figures: vector drawings with an embedded typeface, told apart in grey and by the colour-blind, with a text each."""

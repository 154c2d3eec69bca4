"""Virtual participants, played through the real door: what a study would see if a stated truth held."""

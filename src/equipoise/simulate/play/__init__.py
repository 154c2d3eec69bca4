"""Playing drawn lives through `conduct`: the same commands, the same refusals, as in a real trial."""

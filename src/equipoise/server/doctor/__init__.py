"""Look a set-up over and say what to mend: the machine, the settings, the database, what runs by night."""

"""Speech engines, each run in a process of its own; nothing here loads the rest."""

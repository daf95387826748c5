"""Speech engines, each run in a process of its own; nothing here loads the rest."""

LIMIT = "SPEECH_WORKER_SECONDS"
"""The variable of the environment that says how long a worker may take for one answer."""

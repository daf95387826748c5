"""Sound as arrays and files: the one reader of sound files, loudness, and gains that move."""

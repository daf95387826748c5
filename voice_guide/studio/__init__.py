"""The studio: a page in the browser for tuning by eye and ear, and the small server behind it."""

"""A session in one zip, checked before it is used."""

"""Phrases as people write them, and the words that they mean, for each language of the normaliser.

A file has a row for each kind of thing: as it is written, an arrow, as it is said. What stands in
braces are alternatives, of which the first ones belong together, the second ones, and so on.
"""

import re
from collections.abc import Iterator
from pathlib import Path

LANGUAGES = ("en", "de", "fr", "es", "it")

_CHOICE = re.compile(r"\{(.*?)\}")


def phrases(language: str) -> list[tuple[str, str]]:
    """Return what is written and what is said, phrase by phrase."""
    rows = (Path(__file__).parent / f"{language}.txt").read_text("utf-8").splitlines()
    return [phrase for row in rows if row for phrase in _phrases_of(row)]


def _phrases_of(row: str) -> Iterator[tuple[str, str]]:
    written, said = row.rsplit(" → ", 1)
    choices = [choice.split("|") for choice in _CHOICE.findall(row)]
    for at in range(len(choices[0]) if choices else 1):
        yield _chosen(written, at), _chosen(said, at)


def _chosen(text: str, at: int) -> str:
    return _CHOICE.sub(lambda choice: choice[1].split("|")[at], text)

"""The listener's own list of words: ``words.toml`` beside their settings file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voice_guide.config import config_file, read_rows
from voice_guide.errors import SettingsError, did_you_mean, nearest
from voice_guide.languages import NAMES, tag_of
from voice_guide.scripting.words import Words, fault, listed

__all__ = ["own_words", "words_file"]


def words_file() -> Path:
    """Where the listener's list is."""
    return config_file().with_name("words.toml")


def own_words() -> dict[str, Words]:
    """Return the listener's words by language; those for any language are under "".

    Raises:
        SettingsError: if the file is damaged, or has what no voice can say.
    """
    path = words_file()
    try:
        rows = read_rows(path)
    except SettingsError as error:
        if "not TOML" not in str(error):
            raise
        told = 'A word with other signs than A-Z and 0-9 needs quotes: "Siobhán" = "shi-vawn"'
        raise SettingsError(f"{error} {told}") from error
    for_any = {word: said for word, said in rows.items() if not isinstance(said, dict)}
    lists = {"": _read(path, "", for_any)}
    for language, words in rows.items():
        if isinstance(words, dict):
            tag = tag_of(language)
            if tag is None:
                known = [*NAMES, *NAMES.values()]
                message = f"[{language}] has to be a code such as en or en-GB"
                raise _wrong(path, did_you_mean(message, nearest(language, known)))
            lists[tag.lower().replace("_", "-")] = _read(path, f"[{language}] ", words)
    return lists


def _read(path: Path, table: str, rows: Mapping[str, Any]) -> Words:
    for word, said in rows.items():
        if not isinstance(said, str):
            message = f'{table}{word}: has to be text in quotes, as in  {word} = "shi-vawn"'
            raise _wrong(path, message)
        if wrong := fault(word, said.strip()):
            raise _wrong(path, f"{table}{word}: {wrong}")
    return tuple(listed(word, said.strip()) for word, said in rows.items())


def _wrong(path: Path, message: str) -> SettingsError:
    return SettingsError(f"{path}: {message.rstrip('.')}.")

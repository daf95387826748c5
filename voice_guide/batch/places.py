"""Where the keys and values of a TOML text stand, which its reader doesn't tell."""

import re
from collections import Counter
from dataclasses import dataclass, field

from voice_guide.errors import Problem

__all__ = ["Places"]

_TOKEN = re.compile(
    r"""(?P<space>[ \t]+|\#[^\n]*)
    |(?P<row>\r?\n)
    |(?P<text>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"{3,5}
        |'''(?:[^']|'(?!''))*'{3,5}
        |"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
    |(?P<sign>[\[\]{}=,])
    |(?P<bare>[^\s\[\]{}=,#"']+|.)""",
    re.VERBOSE | re.DOTALL,
)

_Table = tuple[str, int]
"""A table's name, and how many of that name come before it."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


@dataclass
class Places:
    """Finds the row and column of what a program complains about.

    Args:
        path: of the file.
        text: what is in it: valid TOML.
    """

    path: str
    text: str
    _tables: dict[_Table, int] = field(default_factory=dict)
    _keys: dict[tuple[_Table, str], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tokens = (_Token(m.lastgroup or "", m[0], m.start()) for m in _TOKEN.finditer(self.text))
        statement: list[_Token] = []
        table, seen, depth = ("", 0), Counter[str](), 0
        for token in [*(each for each in tokens if each.kind != "space"), _Token("row", "", 0)]:
            depth += (token.text in "[{" and token.kind == "sign") - (
                token.text in "]}" and token.kind == "sign"
            )
            if token.kind != "row":
                statement.append(token)
            elif depth == 0 and statement:
                if statement[0].text == "[":
                    name = "".join(each.text for each in statement).strip("[]")
                    table = (name, seen[name])
                    seen[name] += 1
                    self._tables[table] = statement[0].at
                else:
                    self._note(table, statement)
                statement = []

    def _note(self, table: _Table, statement: list[_Token]) -> None:
        """Keep where a key begins, and each of its values."""
        ends = next(n for n, each in enumerate(statement) if each.text == "=")
        key = "".join(each.text.strip("\"'") for each in statement[:ends])
        places, depth = [statement[0].at], 0
        fresh = True
        listed = statement[ends + 1].text == "["
        for each in statement[ends + 1 :]:
            if fresh and depth == int(listed) and each.text not in "]":
                places.append(each.at)
                fresh = False
            if each.kind == "sign":
                depth += (each.text in "[{") - (each.text in "]}")
                fresh = fresh or (each.text == "," and depth == 1)
        self._keys[table, key] = places

    def problem(
        self,
        message: str,
        table: str = "",
        number: int = 0,
        key: str = "",
        value: int | None = None,
    ) -> Problem:
        """Return what is wrong with a table, a key in it, or one of its values.

        Args:
            message: what is wrong, and what would be right.
            table: its name; empty for what is in none.
            number: of the table, among those of its name.
            key: as it is written.
            value: which of the key's values; None for the key itself.
        """
        at = self._tables.get((table, number), 0)
        if places := self._keys.get(((table, number), key)):
            at = places[min(0 if value is None else value + 1, len(places) - 1)]
        elif (("", 0), table) in self._keys:  # written in one row, as an inline table
            at = self._keys[("", 0), table][0]
        begin = self.text.rfind("\n", 0, at) + 1
        row = self.text[begin:].partition("\n")[0].rstrip("\r")
        return Problem(self.path, self.text.count("\n", 0, at) + 1, at - begin + 1, message, row)

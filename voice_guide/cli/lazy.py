"""Groups whose commands are loaded when they are asked for, and not to list them."""

import contextlib
import importlib
import os
import sys
from typing import Any

import click

from voice_guide.errors import did_you_mean, nearest

__all__ = ["LazyGroup"]


class _Context(click.Context):
    """A context whose help is as wide as Click makes it."""

    def make_formatter(self) -> click.HelpFormatter:
        return click.HelpFormatter(width=max(min(_columns(), 80) - 2, 50))


def _columns() -> int:
    """As ``shutil`` tells, which Click would load: that takes a twentieth of a help's time."""
    with contextlib.suppress(KeyError, ValueError):
        if (columns := int(os.environ["COLUMNS"])) > 0:
            return columns
    with contextlib.suppress(AttributeError, ValueError, OSError):
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    return 80


class LazyGroup(click.Group):
    """A group that knows where its commands are.

    Args:
        package: the modules' package.
        known: for each command, the module that has it as ``NAME_command``, and what it is for.
    """

    context_class = _Context

    def __init__(
        self, *args: Any, package: str, known: dict[str, tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._package, self._known = package, known

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._known)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in self._known.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self._known and not args[0].startswith("-"):
            commands = ", ".join(self._known)
            message = f"There is no command {args[0]!r}; the commands are {commands}."
            ctx.fail(did_you_mean(message, nearest(args[0], self._known)))
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._known:
            return None
        module = importlib.import_module(f"{self._package}.{self._known[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

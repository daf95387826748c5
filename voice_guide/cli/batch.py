"""``voice-guide batch``."""

import json
import os
import shlex
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.export import export_command
from voice_guide.cli.progress import progress
from voice_guide.cli.types import FileName, NumberRange
from voice_guide.errors import RequestError, did_you_mean, nearest
from voice_guide.options import OPTIONS, Number
from voice_guide.units import counted

if TYPE_CHECKING:
    from voice_guide.batch.catalogue import Build
    from voice_guide.batch.looking import Entry
    from voice_guide.batch.making import Failed, Job, Made
    from voice_guide.batch.manifest import Manifest
    from voice_guide.batch.running import Runner

__all__ = ["batch_command"]

_JOBS_HELP = "How many files are made at once. Default: one for each core."
_DRY_RUN_HELP = "Say what would be made, and why, and make nothing."
_OVERWRITE_HELP = "Replace files that this catalogue hasn't made, or that were changed since."
_SCHEDULER_HELP = (
    "Make them on a Dask cluster: its scheduler's address, such as tls://10.0.0.5:8786, or local "
    "for one on this computer (pip install 'voice-guide[cluster]')."
)
_GATHER_HELP = "Have the cluster send its files here, as it doesn't share this folder."
_BUT = ("name", "output", "overwrite")
"""What a catalogue says in another way."""


@click.command("batch")
@click.argument("catalogue", type=FileName(), metavar="CATALOGUE")
@click.option("--jobs", type=NumberRange(Number(1, 1024, whole=True)), metavar="N", help=_JOBS_HELP)
@click.option("--dry-run", is_flag=True, help=_DRY_RUN_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")
@click.option("--overwrite", is_flag=True, help=_OVERWRITE_HELP)
@click.option("--scheduler", metavar="ADDRESS", help=_SCHEDULER_HELP)
@click.option("--gather", is_flag=True, help=_GATHER_HELP)
def batch_command(
    catalogue: str,
    jobs: int | None,
    dry_run: bool,
    as_json: bool,
    overwrite: bool,
    scheduler: str | None,
    gather: bool,
) -> int:
    """Make all files of a catalogue, on all cores.

    A catalogue is a TOML file with a table [[export]] for each export: a session, the name of its
    file, and any option of voice-guide export. A list of values makes a file of each.

    What is up to date is left as it is, so the same command goes on where it was interrupted.
    """
    if gather and not scheduler:
        raise click.UsageError("--gather is for a cluster: give its --scheduler, too.")
    if jobs and scheduler not in (None, "local"):
        raise click.UsageError("--jobs is for this computer: a cluster has its own workers.")
    from voice_guide.batch.catalogue import catalogue as read_catalogue
    from voice_guide.batch.looking import look
    from voice_guide.batch.manifest import open_manifest, read_manifest
    from voice_guide.batch.running import runner

    path = Path(catalogue)
    wanted = read_catalogue(path, _options(), _builder())
    if dry_run:
        _show(look(wanted, read_manifest(path), overwrite), {}, as_json, dry=True)
        return 0
    with open_manifest(path) as manifest:
        entries = look(wanted, manifest, overwrite)
        due = [entry.job for entry in entries if entry.state == "make"]
        done: dict[int, Made | Failed] = {}
        if due:
            with runner(scheduler, jobs or _cores(), gather) as where:
                _make(due, manifest, where, done)
    _show(entries, done, as_json)
    failed = {entry.target: entry for entry in entries if _why(done.get(id(entry.job)))}
    for target, entry in failed.items():
        echo(f"Failed: {target}: {_why(done[id(entry.job)])}", err=True)
        echo(f"  alone: {shlex.join(['voice-guide', *entry.wanted.arguments])}", err=True)
    return 1 if failed else 0


def _why(result: "Made | Failed | None") -> str:
    """Say why there is no file; nothing if there is one."""
    return getattr(result, "why", "")


def _make(
    due: "list[Job]", manifest: "Manifest", where: "Runner", done: "dict[int, Made | Failed]"
) -> None:
    """Make files behind two bars, one after the other: for the lines, and for the files."""
    from voice_guide.batch.running import make

    with progress("Speech") as spoken:
        done |= where.speak(due, spoken)
    for note in where.notes:
        echo(f"Note: {note}", err=True)
    latest = ""

    def begun(job: "Job") -> None:
        nonlocal latest
        latest = Path(job.export.target).name
        told(len(done), len(due), latest)

    rest = [job for job in due if id(job) not in done]
    with (
        progress("Files", counted=True) as told,
        closing(make(rest, manifest, where, begun)) as making,
    ):
        for job, result in making:
            done[id(job)] = result
            told(len(done), len(due), latest)


def _cores() -> int:
    """The cores that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


_DONE = {"make": "made", "skip": "up to date", "keep": "kept"}


def _show(
    entries: "list[Entry]", done: "dict[int, Made | Failed]", as_json: bool, dry: bool = False
) -> None:
    """Say what became of each export, or would."""
    from voice_guide.batch.making import Failed, Made

    if as_json:
        rows = [_row(entry, done.get(id(entry.job)), dry) for entry in entries]
        echo(json.dumps({"schema": 1, "exports": rows}, indent=1))
        return
    if dry:
        wide = max((len(entry.target) for entry in entries), default=0)
        for entry in entries:
            echo(f"{entry.target:{wide}}  {entry.state}: {entry.why}")
    for entry in entries:
        if entry.state == "keep" and not dry:
            echo(f"Note: {entry.why}", err=True)
    notes = Counter(note for each in done.values() if isinstance(each, Made) for note in each.notes)
    for note, many in notes.items():
        of = f"{counted(many, 'file')}: " if len(done) > 1 else ""
        echo(f"Note: {of}{note}", err=True)
    failed = sum(isinstance(result, Failed) for result in done.values())
    due = sum(entry.state == "make" for entry in entries)
    skipped = sum(entry.state == "skip" for entry in entries)
    kept = len(entries) - due - skipped
    counts = [
        f"{due if dry else len(done) - failed} {'to make' if dry else 'made'}",
        f"{skipped} up to date",
        *([f"{kept} kept"] if kept else []),
        *([f"{failed} failed"] if failed else []),
    ]
    echo(f"{counted(len(entries), 'export')}: {', '.join(counts)}")


def _row(entry: "Entry", result: "Made | Failed | None", dry: bool) -> dict[str, Any]:
    """Return an export as JSON has it."""
    why = _why(result)
    state = entry.state if dry or result is None else "failed" if why else "made"
    return {
        "file": entry.target,
        "files": [str(file) for file in entry.wanted.files],
        "state": state,
        "why": why or entry.why,
        "command": ["voice-guide", *entry.wanted.arguments],
    }


@dataclass(frozen=True)
class _Option:
    """An option of ``export``, as a catalogue may have it."""

    declared: click.Option
    context: click.Context

    @property
    def text(self) -> bool:
        return self.file or self.declared.type is click.STRING

    @property
    def file(self) -> bool:
        return isinstance(self.declared.type, FileName | click.Path)

    def read(self, value: object) -> Any:
        if self.declared.is_flag:
            if not isinstance(value, bool):
                raise RequestError(f"{value!r} is no choice: give true or false, without quotes.")
            return value
        if isinstance(value, bool | dict | list):
            said = str(value).lower() if isinstance(value, bool) else value
            raise RequestError(f"{said} can't be that. {self.declared.help}")
        try:
            return self.declared.type.convert(str(value), self.declared, self.context)
        except click.BadParameter as error:
            words = getattr(self.declared.type, "choices", ())
            raise RequestError(did_you_mean(error.message, nearest(str(value), words))) from error

    def arguments(self, value: object) -> list[str]:
        if self.declared.is_flag:
            opposite = self.declared.secondary_opts
            return [self.declared.opts[0]] if value else opposite[:1]
        return [max(self.declared.opts, key=len), str(value)]


def _options() -> "dict[str, _Option]":
    """Return what a catalogue may say of an export, as ``export`` declares it."""
    context = click.Context(export_command, info_name="export")
    declared = (each for each in export_command.params if isinstance(each, click.Option))
    return {_plain(each): _Option(each, context) for each in declared if _plain(each) not in _BUT}


def _plain(option: click.Option) -> str:
    """Return an option's name as it is typed, with _ for -."""
    return max(option.opts, key=len).removeprefix("--").replace("-", "_")


def _builder() -> "Build":
    """Return what makes an export of a session, a file's name and options."""
    from voice_guide.options import listener_settings, with_options
    from voice_guide.scripting.loading import load
    from voice_guide.session import Export
    from voice_guide.voices import NONE, open_voices

    usual = listener_settings()
    names = {name: option.declared.name for name, option in _options().items()}
    scripts, speaking = cache(load), cache(open_voices)

    def build(session: str, target: str, given: Mapping[str, Any]) -> Export:
        asked = {name: value for name, value in given.items() if name in OPTIONS}
        settings = with_options(usual, asked)
        of_file: Any = {names[name]: value for name, value in given.items() if name not in asked}
        profile, proof = of_file.pop("profile", None), of_file.pop("proof", False)
        script = scripts(session)
        if script.bundle:
            raise RequestError("a bundle is one session as it is: give it to  voice-guide export")
        script.check_pace(settings.pace or script.pace, settings.ramp or script.ramp)
        if settings.voice != NONE:
            speaking(
                settings.voice,
                script.language,
                settings.rate,
                settings.fallback,
                settings.own_voice,
            )
        names_asked = frozenset(asked)
        export = Export(
            script, target, settings, asked=names_asked, profile=profile, proof=proof, files=of_file
        )
        return export.at_its_rate()

    return build

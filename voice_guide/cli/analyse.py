"""``voice-guide analyse``: a sound file in numbers."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.types import PROFILES, FileName
from voice_guide.errors import RequestError, VoiceGuideError
from voice_guide.units import clock, counted

if TYPE_CHECKING:
    from voice_guide.analysis import Analysis, Criterion
    from voice_guide.analysis.lines import HeardLine

__all__ = ["analyse_command"]

DIGITAL_SILENCE_DB = -140  # 24 bits end here

_PLAN_HELP = (
    "The plan that export --plan wrote. Default: NAME.plan.json or NAME.json next to the file."
)
_PROFILE_HELP = "Check whether the files pass; exit code 1 if one fails."


@click.command("analyse")
@click.argument("files", type=FileName(), nargs=-1, required=True, metavar="FILE...")
@click.option("--plan", "plan_file", type=click.Path(), metavar="FILE", help=_PLAN_HELP)
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, for programs: one object per file."
)
@click.option(
    "--png", type=FileName(), metavar="FILE", help="Draw waveform, breath, loudness and lines."
)
@click.option("--profile", type=click.Choice(PROFILES), help=_PROFILE_HELP)
@click.option("--overwrite", is_flag=True, help="Replace a picture that already exists.")
def analyse_command(
    files: tuple[str, ...],
    plan_file: str | None,
    as_json: bool,
    png: str | None,
    profile: str | None,
    overwrite: bool,
) -> int:
    """Measure audio files, whoever made them: loudness, true peak, clicks, breath, each line."""
    if len(files) > 1 and (plan_file or png):
        given = "--plan" if plan_file else "--png"
        raise click.UsageError(f"{given} is for one file, not {len(files)}.")
    if png:
        from voice_guide.files import check_path

        if Path(png).suffix.lower() != ".png":
            raise click.BadParameter(f"{png!r} does not end in .png.", param_hint="--png")
        check_path(Path(png), overwrite)
    from voice_guide.analysis import analyse, judge, verdict

    code, reports = 0, []
    for number, file in enumerate(files):
        try:
            analysis = analyse(file, plan_file)
        except VoiceGuideError as error:
            if len(files) == 1:
                raise
            echo(f"Error: {error}", err=True)
            code = max(code, 2 if isinstance(error, RequestError) else 1)
            continue
        criteria = judge(profile, analysis) if profile else []
        if not all(criterion.passed for criterion in criteria):
            code = max(code, 1)
        if png:
            _draw(analysis, Path(png), overwrite)
        if as_json:
            told = verdict(profile, criteria) if profile else {}
            reports.append(analysis.to_json() | told)
        else:
            echo(("\n" if number else "") + _table(analysis))
            if profile:
                echo(_criteria_table(profile, criteria))
    if as_json:
        echo(json.dumps(reports, indent=1))
    return code


def _draw(analysis: "Analysis", path: Path, overwrite: bool) -> None:
    from voice_guide.analysis.drawing import draw
    from voice_guide.files import replacing
    from voice_guide.lettering import without_font

    with replacing(path, overwrite) as part:
        missing = draw(analysis, part)
    if missing:
        echo(without_font(missing), err=True)


def _table(analysis: "Analysis") -> str:
    measures, silences = analysis.measures, analysis.silences
    many = counted(measures.channels, "channel")
    channels = {1: "mono", 2: "stereo"}.get(measures.channels, many)
    rows = [
        f"{analysis.file}: {clock(measures.seconds)}, {measures.sample_rate} Hz, {channels}",
        _row("integrated loudness", _number(measures.integrated, "LUFS")),
        _row("short-term, highest", _number(measures.highest_short_term, "LUFS")),
        _row("momentary, highest", _number(measures.highest_momentary, "LUFS")),
        _row("true peak", _number(measures.true_peak, "dBTP")),
        _row("sample peak", _number(measures.sample_peak, "dBFS")),
        _row("RMS", _number(measures.rms, "dBFS")),
        _row("DC", f"{100 * measures.dc:.3f} %"),
        _row("lost in mono", _number(analysis.mono_loss, "dB")),
        _row("clipping", f"{measures.clipped_runs} runs" if measures.clipped_runs else "none"),
        _row("clicks", _clicks(analysis)),
        _row("silence", f"head {silences.head:.2f} s, tail {silences.tail:.2f} s"),
        _row("noise floor", f"{_number(silences.noise_floor, 'dBFS')}, in head and tail"),
        _row("quietest 500 ms", _number(silences.quietest, "dBFS")),
    ]
    changes = {
        "steepest onset": analysis.onset,
        "without words": analysis.tone_onset if analysis.spoken else None,
        "steepest fall": analysis.fall,
    }
    for name, change in changes.items():
        if change:
            at = _time(change.seconds)
            rows.append(_row(name, f"{change.db:.1f} dB in {change.ms:.0f} ms, at {at}"))
    rows.append(_row("breath", _breath(analysis)))
    if (room := analysis.ducking) and not math.isnan(room.before):
        halfway = f"halfway down {room.before:.2f} s before them, back {room.after:.2f} s after"
        rows.append(_row("room for words", halfway))
    rows.append(_row("plan", analysis.plan_note))
    rows += _says(analysis.says or {})
    if analysis.lines:
        rows.append("\n   planned   onset  words/min   loudness   over tone")
        rows += [_line(line) for line in analysis.lines]
    return "\n".join(rows)


def _says(says: dict[str, Any]) -> list[str]:
    """What the file says of itself: what players show first, and its chapters."""
    tags, chapters = says.get("tags", {}), says.get("chapters", [])
    rows = [_row(name, tags[name]) for name in ("title", "artist", "album", "date") if name in tags]
    if cover := says.get("cover"):
        rows.append(_row("cover", cover))
    for number, chapter in enumerate(chapters):
        name = "" if number else counted(len(chapters), "chapter")
        rows.append(_row(name, f"{clock(chapter['start']):>7}  {chapter['title']}"))
    return rows


def _row(name: str, value: str) -> str:
    return f"  {name:20}  {value}"


def _breath(analysis: "Analysis") -> str:
    breath = analysis.breath
    if breath is None:
        return "none found"
    inhale = f"inhale {breath.inhale_share:.2f} (± {breath.inhale_share_spread:.2f}) of it"
    if math.isnan(breath.inhale_share):
        inhale = "the turn is hidden by words"
    return (
        f"{breath.seconds:.2f} s (± {breath.seconds_spread:.2f}), "
        f"{60 / breath.seconds:.2f} a minute; {inhale}; from {counted(breath.count, 'breath')}"
    )


def _clicks(analysis: "Analysis") -> str:
    clicks = analysis.measures.clicks
    if not clicks:
        return "none"
    places = ", ".join(f"{_time(click.seconds)} ({click.size:.0f} dB)" for click in clicks[:5])
    return f"{len(clicks)}: {places}{', …' if len(clicks) > 5 else ''}"


def _line(line: "HeardLine") -> str:
    start = _time(line.start)
    if not line.heard:
        return f"  {start:>8}  not heard where it is planned                {line.text}"
    over = "no tone" if math.isinf(line.voice_to_tone) else _number(line.voice_to_tone, "LU")
    return (
        f"  {start:>8}  {line.onset_ms:+4.0f} ms  {line.words_per_minute:9.0f}  "
        f"{_number(line.loudness, 'LUFS'):>9}  {over:>8}   {line.text}"
    )


def _criteria_table(profile: str, criteria: "list[Criterion]") -> str:
    rows = [f"\n{profile}"]
    for criterion in criteria:
        sign = "✓" if criterion.passed else "✗"
        rows.append(f"  {sign} {criterion.name:34}  {criterion.found:22}  {criterion.asked}")
    failed = sum(not criterion.passed for criterion in criteria)
    rows.append(f"{profile}: {f'{failed} of {len(criteria)} failed' if failed else 'passed'}")
    return "\n".join(rows)


def _number(value: float, unit: str) -> str:
    if math.isnan(value):
        return "none"
    if value <= DIGITAL_SILENCE_DB:
        return "digital silence"
    return f"{value:.1f} {unit}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 2), 60)
    return f"{int(minutes)}:{rest:05.2f}"

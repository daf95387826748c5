"""What a large catalogue takes, from figures of this machine.

    python tests/benchmarks/batch_paper.py 100000

It makes sessions of two lengths alone, and some on a local cluster, and reads off what a minute of
sound costs to render, what a line costs to speak, how many bytes they have, and how many messages
the scheduler gets for a file. The rest is arithmetic, printed as a table.
"""

import inspect
import os
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

MINUTES = (10, 20)
EMPTY = 300
"""Files that are handed out and not made, to see how fast that is."""

HOURS = 24
"""In which it shall be done, to say how many workers that takes."""


def paper(sessions: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {f"XDG_{kind}_HOME": folder for kind in ("CACHE", "CONFIG", "STATE")}
        os.chdir(folder)
        _measure(sessions)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _measure(sessions: int) -> None:
    from voice_guide.batch.making import Job, attempt
    from voice_guide.batch.manifest import Record, open_manifest
    from voice_guide.batch.stamps import Stamps
    from voice_guide.scripting.loading import load
    from voice_guide.session import Export
    from voice_guide.settings import Settings

    script = load("stay-present")
    lines = len(set(script.texts()))

    def job(minutes: float, name: str) -> Job:
        export = Export(script, name, Settings(voice="espeak", minutes=minutes))
        return Job(export, (Path(name),), Stamps().of(export))

    before = _cpu()
    session = job(MINUTES[0], "a.opus").export.open()
    session.speak()
    speech = _cpu() - before
    clips = sum(path.stat().st_size for path in Path("voice-guide").rglob("*.clip"))
    render, size = [], []
    for minutes in MINUTES:
        last, before = job(minutes, f"{minutes}.opus"), _cpu()
        attempt(last)
        render.append(_cpu() - before)
        size.append(Path(f"{minutes}.opus").stat().st_size)
    longer = MINUTES[1] - MINUTES[0]
    a_minute = (render[1] - render[0]) / longer
    fixed = render[0] - a_minute * MINUTES[0]
    bytes_a_minute = (size[1] - size[0]) / longer

    record, many = Record.of(dict(last.stamp), last.files), 50
    with open_manifest(Path("c.toml")) as manifest:
        began = time.monotonic()
        for number in range(many):
            manifest.begin([Path(f"{number}.x")])
            manifest.finish(f"{number}.x", record)
        noted = (time.monotonic() - began) / many
        row = manifest.path.stat().st_size / many

    exports = [replace(last.export, target=f"{number}.opus") for number in range(many)]
    stamps = Stamps()
    stamps.of(last.export)  # what they share is looked at once
    began = time.monotonic()
    for export in exports:
        stamps.of(export)
    looked = (time.monotonic() - began) / many

    messages, task_bytes, peak, rate = _on_a_cluster([job(10, f"c{n}.opus") for n in range(6)])
    each = fixed + a_minute * MINUTES[0]
    hours = sessions * each / 3600
    workers = hours / HOURS
    rows: list[tuple[str, str]] = [
        ("measured: CPU seconds to render a minute of sound, as Opus", f"{a_minute:.3f}"),
        ("measured: CPU seconds for a file, whatever its length", f"{fixed:.2f}"),
        (f"measured: CPU seconds to speak {lines} lines with eSpeak", f"{speech:.1f}"),
        ("measured: bytes of a minute, as Opus", f"{bytes_a_minute:,.0f}"),
        (f"measured: bytes of the clips of {lines} lines", f"{clips:,.0f}"),
        ("measured: bytes of a file in the manifest", f"{row:,.0f}"),
        ("measured: milliseconds to note a file in it, safely", f"{noted * 1000:.1f}"),
        ("measured: milliseconds to look whether a file is up to date", f"{looked * 1000:.2f}"),
        ("measured: messages to the scheduler for a file", f"{messages:.1f}"),
        ("measured: bytes of a file's task", f"{task_bytes:,.0f}"),
        ("measured: MB of a worker, at its peak", f"{peak:.0f}"),
        ("measured: files a second that can be handed out, to 2 workers", f"{rate:.0f}"),
        (f"CPU hours for {sessions:,} sessions of {MINUTES[0]} minutes", f"{hours:,.0f}"),
        (f"cores to be done in {HOURS} hours", f"{workers:,.0f}"),
        ("GB of files", f"{sessions * bytes_a_minute * MINUTES[0] / 1e9:,.0f}"),
        (
            "MB a second that arrive, with that many cores",
            f"{sessions * bytes_a_minute * MINUTES[0] / 1e6 / HOURS / 3600:.1f}",
        ),
        ("messages to the scheduler a second", f"{sessions * messages / HOURS / 3600:.0f}"),
        ("MB of the manifest", f"{sessions * row / 1e6:,.0f}"),
        ("minutes to note them all, one after the other", f"{sessions * noted / 60:.0f}"),
        ("minutes to look at them all", f"{sessions * looked / 60:.0f}"),
    ]
    print(f"{os.cpu_count()} cores, a load of {os.getloadavg()[0]:.1f}; Python {sys.version[:6]}")
    print("| | |\n|---|---|")
    for what, figure in rows:
        print(f"| {what} | {figure} |")


def _on_a_cluster(jobs: list[Any]) -> tuple[float, float, float, float]:
    """Return messages and bytes of a file's task, a worker's MB, and files handed out a second."""
    import pickle

    from voice_guide.batch.cluster import Cluster, cluster
    from voice_guide.batch.making import Failed
    from voice_guide.batch.remote import Sent

    class Empty(Cluster):
        """Hands out work as in earnest, which is done as soon as it arrives."""

        def _submitted(self, job: Any, clips: list[Any]) -> Any:
            return self._client.submit(_nothing, Sent(job, {}), pure=False)

        def _result(self, job: Any, future: Any) -> Failed:
            return Failed("")

    with cluster("local", 2, gather=False) as where:
        client = where._client
        client.run_on_scheduler(_count_messages)
        list(where.make(jobs, lambda _: None))
        messages = client.run_on_scheduler(_counted_messages)
        peaks = client.run(_peak)
        silent = [replace(jobs[0], export=_silent(jobs[0].export)) for _ in range(EMPTY)]
        began = time.monotonic()
        list(Empty(client, False, []).make(silent, lambda _: None))
        rate = EMPTY / (time.monotonic() - began)
    task = len(pickle.dumps(Sent(jobs[0], {})))
    return messages / len(jobs), task, max(peaks.values()), rate


def _silent(export: Any) -> Any:
    return replace(export, settings=replace(export.settings, voice="none"))


def _nothing(_: Any) -> None:
    pass


def _count_messages(dask_scheduler: Any) -> None:
    """Count what workers and clients send about tasks."""
    dask_scheduler.messages_counted = 0

    def counted(handler: Any) -> Any:
        def one(*given: Any, **more: Any) -> Any:
            dask_scheduler.messages_counted += 1
            return handler(*given, **more)

        async def other(*given: Any, **more: Any) -> Any:
            return await one(*given, **more)

        return other if inspect.iscoroutinefunction(handler) else one

    handlers = dask_scheduler.stream_handlers
    handlers |= {name: counted(handler) for name, handler in list(handlers.items())}


def _counted_messages(dask_scheduler: Any) -> int:
    return int(dask_scheduler.messages_counted)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    paper(int(sys.argv[1]))

"""An hour of atheris over all that reads: ``python tests/fuzz/atheris_hour.py --minutes 60``.

It takes ``pip install atheris`` beside Voice Guide with its extras docx and test, in an environment
of its own. Each target has its share of the time, in a process of its own, as the native libraries
behind some of them may end it. What is found is kept under ``--into``, each kind once: the file,
and beside it what happened. A target that had to be ended goes on until its time is over.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))
MEGABYTES = 3000
HANGS_SECONDS = 30


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--into", type=Path, default=Path("findings"))
    parser.add_argument("--only", nargs="*", metavar="TARGET")
    parser.add_argument("--target", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    if asked.target:
        return fuzz(asked.target, asked.into.resolve(), asked.minutes * 60)
    names = asked.only or known()
    for name in names:
        run(name, asked.into, asked.minutes * 60 / len(names))
    found = sum(path.suffix == ".txt" for path in asked.into.iterdir())
    print(f"{found} findings, in {asked.into}" if found else "nothing was found")
    return 1 if found else 0


def known() -> list[str]:
    from fuzz.targets import TARGETS

    return list(TARGETS)


def run(name: str, into: Path, seconds: float) -> None:
    """Fuzz one target for its time, beginning again where its process ends too early."""
    deadline, died, counted = time.monotonic() + seconds, 0, into / f"{name}.count"
    counted.unlink(missing_ok=True)
    while (left := deadline - time.monotonic()) > 5:
        command = [sys.executable, __file__, "--target", name, "--into", str(into)]
        began = time.monotonic()
        with (into / f"{name}.log").open("ab") as log, tempfile.TemporaryDirectory() as folder:
            command += ["--minutes", str(left / 60)]
            where = {**os.environ, "TMPDIR": folder}
            ended = subprocess.run(command, stdout=log, stderr=log, env=where, check=False)
        if ended.returncode:
            died += 1
            (into / f"{name}-died-{died}.txt").write_text(f"exit code {ended.returncode}\n")
            if time.monotonic() - began < 2 or died > 50:
                break
    inputs = int(counted.read_text() or 0) if counted.exists() else 0
    found = len(list(into.glob(f"{name}-*.txt")))
    print(f"{name:12}  {inputs:9} inputs  {found:3} findings", flush=True)


def fuzz(name: str, into: Path, seconds: float) -> int:
    import atheris

    began = time.monotonic()
    with atheris.instrument_imports(include=["voice_guide", "yaml", "tomllib", "html", "click"]):
        from fuzz.targets import TARGETS, FindingError

    target, seen = TARGETS[name], set()
    counted = os.open(into / f"{name}.count", os.O_RDWR | os.O_CREAT)
    number = int(os.read(counted, 20) or 0)
    folder, corpus = (Path(tempfile.mkdtemp()) for _ in "12")
    for kind in ("CONFIG", "CACHE", "STATE", "DATA"):
        os.environ[f"XDG_{kind}_HOME"] = str(folder)
    seeds = target.seeds()
    for place, data in enumerate(seeds):
        (corpus / f"{place}").write_bytes(data)
        target.give(data, folder, seconds=60)  # what is imported late is there before time counts

    def one(data: bytes) -> None:
        nonlocal number
        number += 1
        os.pwrite(counted, str(number).encode(), 0)
        try:
            target.give(data, folder)
        except FindingError as error:
            tell(error, data)

    def tell(error: FindingError, data: bytes) -> None:
        cause = error.__cause__ or error
        where = traceback.extract_tb(cause.__traceback__)[-1]
        kind = (type(cause).__name__, where.filename, where.lineno)
        if kind not in seen:
            seen.add(kind)
            kept = into / f"{name}-{type(cause).__name__}-{where.lineno}"
            kept.with_suffix(".bin").write_bytes(data)
            kept.with_suffix(".txt").write_text("".join(traceback.format_exception(error)))

    options = [
        *(
            f"-max_total_time={max(round(seconds - time.monotonic() + began), 1)}",
            f"-timeout={HANGS_SECONDS}",
            "-verbosity=1",
        ),
        *(f"-rss_limit_mb={MEGABYTES}", f"-artifact_prefix={into / name}-", "-print_final_stats=1"),
        *(f"-max_len={max(2000, *map(len, seeds))}", "-report_slow_units=1000"),
    ]
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    atheris.Setup([name, *options, str(corpus)], one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())

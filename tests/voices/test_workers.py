"""Workers: whatever becomes of a process that speaks, the session gets an answer."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import CancelledError
from pathlib import Path

import pytest
from running import is_alive, wait_until

from voice_guide.voices.workers import WorkerFault, Workers

# A worker that does as each request says. It notes its process before it misbehaves.
OBEDIENT = """
import json, os, sys, time
for row in sys.stdin.buffer:
    request = json.loads(row)
    if "note" in request:
        before = os.path.exists(request["note"])
        with open(request["note"], "a") as note:
            print(os.getpid(), file=note)
    do = request["do"] if not (request.get("once") and before) else "say"
    if do == "hang":
        time.sleep(600)
    if do == "crash":
        os._exit(3)
    if do == "complain":
        os.write(2, b"no such file: model.onnx\\n\\n")
        os._exit(4)
    if do == "die":
        os.abort()
    while do == "wait" and not os.path.exists(request["until"]):
        time.sleep(0.005)
    if do == "refuse":
        head, body = {"bytes": 0, "error": "no such word"}, b""
    else:
        body = request.get("text", "").encode()
        head = {"bytes": len(body) + (1000 if do == "stop short" else 0)}
    sys.stdout.buffer.write(b"?" if do == "babble" else json.dumps(head).encode())
    sys.stdout.buffer.write(b"\\n" + body)
    sys.stdout.buffer.flush()
    if do == "stop short":
        sys.exit()
"""

# The real worker, with an engine that the test provides.
WITH_ENGINE = """
import os
from voice_guide.engines.__main__ import answer
{engine}
answer(speak, os.environ["TMPDIR"])
"""

TALKATIVE = """
import os
def speak(request, target):
    print("Audio saved to line.wav", flush=True)
    os.system("echo from a child")
    os.write(1, b'{"bytes": 3}')
    open(target, "wb").write(request["text"].encode())
"""

FAILING = """
def speak(request, target):
    match request["text"]:
        case "reason":
            raise RuntimeError("the engine is out of breath")
        case "no reason":
            raise ZeroDivisionError
        case "nothing":
            return
    open(target, "wb").write(b"well")
"""


@pytest.fixture
def workers(tmp_path):
    """Makes workers from a script's text, and ends them after the test."""
    made = []

    def make(script, **options):
        path = tmp_path / f"worker{len(made)}.py"
        path.write_text(script)
        made.append(Workers([sys.executable, str(path)], **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def pids(note):
    return [int(row) for row in Path(note).read_text().split()] if Path(note).exists() else []


def say(text, **more):
    return {"do": "say", "text": text, **more}


def test_what_a_worker_complained_of_earlier_is_not_said_of_a_later_crash(workers):
    faults = workers(OBEDIENT, count=1).ask([{"do": "complain"}, {"do": "crash"}])
    assert [str(fault) for fault in faults] == [
        "it crashed (exit 4): no such file: model.onnx",
        "it crashed (exit 3)",
    ]


def test_many_requests_are_answered_in_the_order_that_they_were_asked(workers):
    texts = [f"line {number}" for number in range(200)]
    answers = workers(OBEDIENT, count=2).ask([say(text) for text in texts])
    assert list(answers) == [text.encode() for text in texts]


def test_an_answer_that_is_there_early_waits_for_its_turn(workers, tmp_path):
    """The first line is spoken only after the second, on another core."""
    second = str(tmp_path / "second")
    requests = [
        {"do": "wait", "until": second, "text": "first"},
        {"do": "say", "note": second, "text": "second"},
    ]
    assert list(workers(OBEDIENT, count=2).ask(requests)) == [b"first", b"second"]


def test_a_worker_that_hangs_is_ended_tried_once_more_and_reported(workers, tmp_path):
    note = tmp_path / "note"
    one = workers(OBEDIENT, count=1, time_limit=1)
    fault, following = one.ask([{"do": "hang", "note": str(note)}, say("well")])
    assert isinstance(fault, WorkerFault)
    assert str(fault) == "no answer in 1 s"
    assert following == b"well"
    first, second = pids(note)
    assert first != second
    assert not is_alive(first)
    assert not is_alive(second)


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("crash", "it crashed (exit 3)"),
        ("complain", "it crashed (exit 4): no such file: model.onnx"),
        ("die", f"it crashed (exit {-signal.SIGABRT})"),
        ("stop short", "it crashed (exit 0)"),
        ("babble", "its answer made no sense"),
    ],
)
def test_a_worker_that_breaks_is_started_again_and_reported(workers, tmp_path, deed, reason):
    note = tmp_path / "note"
    one = workers(OBEDIENT, count=1)
    fault, following = one.ask([{"do": deed, "note": str(note)}, say("well")])
    assert isinstance(fault, WorkerFault)
    assert str(fault) == reason
    assert following == b"well"
    assert len(set(pids(note))) == 2


@pytest.mark.parametrize("deed", ["hang", "crash", "stop short"])
def test_a_worker_that_recovers_is_not_reported(workers, tmp_path, deed):
    request = {"do": deed, "once": True, "note": str(tmp_path / "note"), "text": "well"}
    assert list(workers(OBEDIENT, count=1, time_limit=2).ask([request])) == [b"well"]


def test_a_refusal_leaves_the_worker_running(workers, tmp_path):
    note = str(tmp_path / "note")
    requests = [say("a", note=note), {"do": "refuse", "note": note}, say("b", note=note)]
    first, fault, last = workers(OBEDIENT, count=1).ask(requests)
    assert (first, str(fault), last) == (b"a", "no such word", b"b")
    assert len(set(pids(note))) == 1


def test_a_process_that_can_not_be_started_is_reported(tmp_path):
    one = Workers([str(tmp_path / "missing")], count=1)
    (fault,) = one.ask([say("a")])
    one.close()
    assert isinstance(fault, WorkerFault)
    assert "can't be started: No such file" in str(fault)


def test_what_an_engine_prints_stays_out_of_the_answers(workers):
    talkative = workers(WITH_ENGINE.format(engine=TALKATIVE), count=1)
    texts = ["one", "two", "three"]
    assert list(talkative.ask([{"text": text} for text in texts])) == [b"one", b"two", b"three"]


def test_an_engines_own_words_reach_the_fault(workers):
    failing = workers(WITH_ENGINE.format(engine=FAILING), count=1)
    answers = failing.ask(
        [{"text": text} for text in ("reason", "no reason", "nothing", "anything")]
    )
    assert [str(answer) for answer in answers] == [
        "the engine is out of breath",
        "ZeroDivisionError",
        "the engine wrote no file",
        "b'well'",
    ]


def test_closing_ends_every_process_even_at_work_and_leaves_no_folder(
    workers, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    note = tmp_path / "note"
    two = workers(OBEDIENT, count=2)

    def ask():
        with contextlib.suppress(CancelledError):
            list(two.ask([{"do": "hang", "note": str(note)}] * 5))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    wait_until(lambda: len(pids(note)) == 2)
    assert list(tmp_path.glob("voice-guide-*"))
    two.close()
    asking.join(timeout=10)
    assert not asking.is_alive()
    assert len(pids(note)) == 2  # nothing was tried again
    assert not any(map(is_alive, pids(note)))
    assert not list(tmp_path.glob("voice-guide-*"))


SESSION = """
import signal, sys
from voice_guide.voices.workers import Workers
signal.signal(signal.SIGINT, signal.SIG_IGN)
workers = Workers([sys.executable, sys.argv[1]], count=1)
print(list(workers.ask([{"text": "said"}])), flush=True)
workers.close()
"""

FORGETFUL = """
import sys
from voice_guide.voices.workers import Workers
workers = Workers([sys.executable, sys.argv[1]], count=1)
workers.wake()
print(workers._workers[0]._process.pid, flush=True)
"""

PATIENT = """
import os, time
from pathlib import Path
def speak(request, target):
    with open("started", "a") as note:
        print(os.getpid(), file=note)
    while not os.path.exists("go on"):
        time.sleep(0.005)
    open(target, "wb").write(request["text"].encode())
"""


@pytest.fixture
def session(tmp_path):
    """A session in a process group of its own, whose worker is in the middle of a line."""
    (tmp_path / "session.py").write_text(SESSION)
    (tmp_path / "worker.py").write_text(WITH_ENGINE.format(engine=PATIENT))
    process = subprocess.Popen(
        [sys.executable, "session.py", "worker.py"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    wait_until(lambda: pids(tmp_path / "started"))
    yield process
    process.kill()
    process.communicate()


def test_ctrl_c_does_not_reach_a_worker(session, tmp_path):
    os.killpg(session.pid, signal.SIGINT)
    (tmp_path / "go on").touch()
    assert session.communicate(timeout=20)[0].strip() == b"[b'said']"
    assert len(pids(tmp_path / "started")) == 1


def test_a_worker_ends_when_its_session_is_killed(session, tmp_path):
    session.kill()
    (tmp_path / "go on").touch()
    (worker,) = pids(tmp_path / "started")
    wait_until(lambda: not is_alive(worker))


def test_what_nobody_has_closed_is_closed_at_the_end_without_a_word(tmp_path):
    (tmp_path / "session.py").write_text(FORGETFUL)
    (tmp_path / "worker.py").write_text(OBEDIENT)
    done = subprocess.run(
        [sys.executable, "session.py", "worker.py"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not is_alive(int(done.stdout))
    assert not list(tmp_path.glob("voice-guide-*"))
    assert not list(tmp_path.glob("state/voice-guide/running/*"))

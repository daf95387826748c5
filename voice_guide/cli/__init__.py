"""The command line: options, progress and the translation of errors; nothing else."""

import atexit
import gc
import io
import os
import signal
import sys
from types import TracebackType
from typing import Any

import click

from voice_guide import __version__
from voice_guide.cli import streams
from voice_guide.cli.echo import echo
from voice_guide.cli.lazy import LazyGroup
from voice_guide.engines import NUMPY_THREADS
from voice_guide.errors import RequestError, VoiceGuideError
from voice_guide.texts import CARE

__all__ = ["main"]

_COMMANDS = {
    "list": ("scripts", "List the practices and sessions: what each is for, and how long."),
    "play": ("play", "Listen to a session (default: stay-present)."),
    "export": ("export", "Turn a session into an audio file (default: stay-present)."),
    "batch": ("batch", "Make all files of a catalogue, on all cores or on a cluster."),
    "show": ("scripts", "Show the plan of a session: what is said when, breath by breath."),
    "check": ("check", "Check scripts for errors, and for words that don't fit their breath."),
    "studio": ("studio", "Tune a session by eye and ear, in a page of your browser."),
    "new": ("new", "Start a practice of your own, from a short example or a copy."),
    "import": ("importing", "Make a practice from a text, web page, document or captions."),
    "record": ("record", "Record a script's lines in your own voice."),
    "analyse": ("analyse", "Measure audio files: loudness, peaks, clicks, breath and words."),
    "pace": ("pace", "Find your own pace, by tapping, listening or trying, and save it."),
    "voices": ("voices", "List the voices that work here; try them and choose one."),
    "cache": ("cache", "Show where speech is kept, and how much space it takes up."),
    "doctor": ("doctor", "See what is installed, what is missing, and how to add it."),
}


@click.group(
    cls=LazyGroup,
    package=__name__,
    known=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=CARE,
)
@click.version_option(__version__, "--version", prog_name="voice-guide")
@click.option("--debug", is_flag=True, help="Show where an error comes from.")
def cli(debug: bool) -> None:
    """Spoken practices in time with your breath: gentle sessions, made and heard on your own
    computer.

    To start:  voice-guide play
    """


def main() -> None:
    """Run the command line and end the process with its exit code.

    0 done, 1 it failed and says why, 2 wrong usage, 130 interrupted.
    """
    streams.prepare()
    if NUMPY_THREADS not in os.environ:
        os.putenv(NUMPY_THREADS, "1")  # for this process; a command: voice gets what is in environ
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, _leave)
    sys.excepthook, sys.unraisablehook = _show, _signal_again
    try:
        code = _run(arguments, debug)
    except SystemExit as asked:
        code = int(asked.code or 0)
    finally:
        sys.unraisablehook = sys.__unraisablehook__  # there is nothing left to end
        streams.shut()
        # What is left ends with the process. To look through it for circles first, as Python does
        # at its end, takes as long as a tenth of a short command.
        gc.freeze()
    calls = sys.modules.get("voice_guide.live.calls")
    if calls is not None and calls.stuck():
        # In a sound server that has stopped answering: to take down what the call uses, as an
        # orderly end does, would crash.
        atexit._run_exitfuncs()
        os._exit(code)
    sys.exit(code)


def _run(arguments: list[str], debug: bool) -> int:
    try:
        return _command(arguments)
    except click.ClickException as error:
        error.show(words := io.StringIO())
        echo(words.getvalue().rstrip("\n"), err=True)
        return error.exit_code
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        return 1
    except VoiceGuideError as error:
        if debug:
            raise
        echo(f"Error: {error}", err=True)
        return 2 if isinstance(error, RequestError) else 1
    except Exception as error:
        if isinstance(error, click.Abort) and isinstance(error.__cause__, EOFError):
            # Click takes each for Ctrl-D, also that of a module's damaged byte code. A real
            # Ctrl-D, at one of its questions, is an Abort from the start, without a cause.
            error = error.__cause__
        elif isinstance(error, click.Abort):
            return _interrupted()
        if debug:
            raise error
        echo(
            f"Error: something unexpected happened ({type(error).__name__}: {error}). "
            "Run the command again with --debug to see where.",
            err=True,
        )
        return 1


def _command(arguments: list[str]) -> int:
    """Run a command; what an import or a clean-up makes of a signal is that signal again."""
    try:
        result: Any = cli.main(arguments, prog_name="voice-guide", standalone_mode=False)
        sys.stdout.flush()
    except Exception as error:
        behind = error.__cause__ or error.__context__
        while behind is not None:
            if isinstance(behind, KeyboardInterrupt | SystemExit):  # see _leave
                raise behind from None
            behind = behind.__cause__ or behind.__context__
        raise
    return result if isinstance(result, int) else 0


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show where an error comes from, with what its message quotes from a file made visible."""
    import traceback

    echo("".join(traceback.format_exception(kind, error, trace)).rstrip(), err=True)


def _signal_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Send a signal once more that came while Python put something away, where it would be lost."""
    error = unraisable.exc_value
    number = int(signal.SIGINT) if isinstance(error, KeyboardInterrupt) else 0
    if isinstance(error, SystemExit) and isinstance(error.code, int):
        number = error.code - 128  # see _leave
    if number > 0 and os.name == "posix":  # elsewhere, to send one is to end the process
        import threading

        soon = threading.Timer(0.02, os.kill, (os.getpid(), number))  # here it would be lost again
        soon.daemon = True
        soon.start()
    else:
        sys.__unraisablehook__(unraisable)


def _interrupted() -> int:
    echo("Interrupted.", err=True)
    return 130


def _leave(number: int, _frame: object) -> None:
    """End on a signal as on an error, so that everything is put away first."""
    sys.exit(128 + number)

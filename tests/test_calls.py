"""Many arguments in a row are mistaken for one another: whatever takes many takes them by name."""

import importlib
import inspect
import pkgutil

from parts import need

import voice_guide

MOST_IN_A_ROW = 5


def public():
    """Everything that a module of the package offers to others, by its full name."""
    for found in pkgutil.walk_packages(voice_guide.__path__, "voice_guide."):
        if found.name.startswith("voice_guide.engines") or found.name.endswith("__main__"):
            continue  # they run in other processes, with what may not be installed here
        try:
            module = importlib.import_module(found.name)
        except ModuleNotFoundError as error:  # of an extra
            need(modules=[error.name])
            raise
        for name in getattr(module, "__all__", ()):
            yield f"{found.name}.{name}", getattr(module, name)


def is_ours(what):
    """Whether its arguments are our own choice, and not those of a class that it is made from."""
    if inspect.isclass(what):
        what = what.__init__
    return inspect.isfunction(what) and what.__module__.startswith("voice_guide.")


def in_a_row(what):
    """How many arguments it takes by position."""
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(what).parameters.values()
    return sum(parameter.kind in by_position for parameter in parameters)


def test_whatever_takes_many_arguments_takes_them_by_name():
    ours = {name: what for name, what in public() if is_ours(what)}
    assert len(ours) > 100
    assert not [name for name, what in ours.items() if in_a_row(what) > MOST_IN_A_ROW]

"""The options of a session: what each may be, and where it comes from.

The command line and the Python API read them here, so both take the same values and refuse the
others in the same words.
"""

from voice_guide.options.layers import listener_settings, with_options
from voice_guide.options.values import OPTIONS, Choice, Number, Options

__all__ = [
    "OPTIONS",
    "Choice",
    "Number",
    "Options",
    "listener_settings",
    "with_options",
]

"""Other people's texts, made into practices: ``read`` takes any that is known.

Each kind is turned into rows of a script, with the row of the file that each comes from; the
script language, which takes much in many forms, reads them. What it can't read is left out, and
told. Rests become whole breaths.
"""

from voice_guide.scripting.importing.files import text_of
from voice_guide.scripting.importing.reading import Imported, read

__all__ = ["Imported", "read", "text_of"]

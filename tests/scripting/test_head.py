"""The head of a script: what is simple is read as YAML has it, without loading that."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_guide.scripting import head
from voice_guide.scripting.slips import KEYS

VALUES = st.one_of(
    st.sampled_from(["4-6", "3-4:5m", "en", "no", "Yes", "null", "~", "1e3", "0x1F", "2026-11-28"]),
    st.text("aé ß4-:,.+_ ", max_size=12),
    st.text("aé4 -:,.+#'\"[]{}|>&*!%@`\\?", max_size=12),
).map(str.strip)
ROWS = st.tuples(st.sampled_from([*KEYS, "mood"]), VALUES).map(": ".join)


@given(st.lists(ROWS | st.just(""), max_size=5))
def test_a_head_is_read_as_yaml_has_it(rows):
    rows = head._plain([row.rstrip() for row in rows])
    told, told_by_yaml = [], []
    fields = head._fields(rows, [], lambda *wrong: told.append(wrong))
    expected = head._fields_of_yaml(rows, [], lambda *wrong: told_by_yaml.append(wrong))
    assert (fields, told) == (expected, told_by_yaml)


@pytest.mark.parametrize(
    ("row", "needed"),
    [
        ("title: A pause", False),
        ("title: It's here: a pause, and (perhaps) [more] #1", False),
        ("ramp: 3-4:5m", False),
        ("pace: 4-6  # my own", True),
        ("pace: !pace 4-6", True),
    ],
)
def test_yaml_is_loaded_only_for_what_means_something_else_to_it(row, needed):
    script = (
        "import sys\nfrom voice_guide.scripting.head import read_head\n"
        f"read_head(['---', {row!r}, '---', 'Hi.'], print)\n"
        "sys.exit('yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == needed

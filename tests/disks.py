"""Disks that fill up."""

import os
import resource
import subprocess
from functools import partial

MEASURING = "COVERAGE_PROCESS_CONFIG"
"""Has coverage measure a process, for which it writes a file that no limit may stop."""


def limit_files(size):
    """Let this process write no file of more bytes, and coverage none in what it starts."""
    os.environ.pop(MEASURING, None)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class SmallDisk:
    """A folder that holds no more than so many bytes; ``limits`` go to the process.

    A file system of its own where the test may mount one; elsewhere a limit on the
    size of any file that the process writes, which fails in the same place.
    """

    def __init__(self, folder, size):
        self.folder = folder
        folder.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
            capture_output=True,
        )
        self.mounted = mounted.returncode == 0
        self.reason = "No space left on device" if self.mounted else "File too large"
        self.size = size

    @property
    def limits(self):
        if self.mounted:
            return {}
        # Byte code is no larger than others' files, and would be left cut.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop(MEASURING, None)
        return {"preexec_fn": partial(limit_files, self.size), "env": environment}

    def remove(self):
        if self.mounted:
            subprocess.run(["umount", str(self.folder)], check=True)

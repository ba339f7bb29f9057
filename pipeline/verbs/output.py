"""Standard output, which may lose its reader."""

from __future__ import annotations

import os
import sys


def mute() -> None:
    """Send the rest nowhere: the reader went away (`| head`), and Python must not complain once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""Copies the script's output to the run's log."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, TextIO


class OutputCapture:
    """Copies lines of sys.stdout (info) and sys.stderr (warning) until it is closed."""

    def __init__(self, write: Callable[[str, str], None]) -> None:
        self._streams = {"stdout": _Tee(sys.stdout, write, "info"), "stderr": _Tee(sys.stderr, write, "warning")}
        for name, tee in self._streams.items():
            setattr(sys, name, tee)

    def close(self) -> None:
        for name, tee in self._streams.items():
            if getattr(sys, name) is tee:
                setattr(sys, name, tee.stream)
            tee.finish()


class _Tee:
    """A text stream that writes to another stream and passes on whole lines."""

    def __init__(self, stream: TextIO, write: Callable[[str, str], None], level: str) -> None:
        self.stream = stream
        self._write = write
        self._level = level
        # Thread-local, so that lines of threads don't mix, and without a lock that a fork could inherit.
        self._here = threading.local()
        self._finished = False

    def write(self, text: str) -> int:
        count = self.stream.write(text)
        # Don't log output caused by logging, such as a warning.
        if not self._finished and not getattr(self._here, "writing", False):
            self._here.writing = True
            try:
                self._take(text)
            finally:
                self._here.writing = False
        return count

    def finish(self) -> None:
        self._take("\n" if getattr(self._here, "rest", "") else "")
        self._finished = True

    def _take(self, text: str) -> None:
        *lines, rest = (getattr(self._here, "rest", "") + text).split("\n")
        # A progress bar rewrites its line with carriage returns; keep only its last state.
        self._here.rest = rest.rpartition("\r")[2] if "\r" in rest[:-1] else rest
        for line in lines:
            if shown := line.rstrip("\r").rpartition("\r")[2]:
                self._write(shown, self._level)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

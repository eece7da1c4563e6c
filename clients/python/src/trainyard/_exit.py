"""Detects how the script ends: normally, with an exception, with an exit code, or by a signal."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import traceback
import weakref
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, NamedTuple, NoReturn, Protocol


class Ending(NamedTuple):
    status: str
    message: str | None = None
    traceback: str | None = None


class Terminated(SystemExit):
    """SIGTERM, raised in the main thread so that the script's own clean-up runs."""


class Ends(Protocol):
    def end_with_script(self, ending: Ending) -> None: ...


COMPLETED = Ending("completed")


def ending_of(kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> Ending:
    if kind is None:
        return COMPLETED
    if issubclass(kind, KeyboardInterrupt):
        return Ending("interrupted", "interrupted with Ctrl-C")
    if issubclass(kind, Terminated):
        return Ending("interrupted", "interrupted by SIGTERM")
    if issubclass(kind, SystemExit):
        return _ending_of_code(getattr(value, "code", None))
    text = f"{kind.__name__}: {value}" if str(value) else kind.__name__
    return Ending("failed", text, "".join(traceback.format_exception(kind, value, trace)))


def _ending_of_code(code: object) -> Ending:
    if code is None or code == 0:
        return COMPLETED
    return Ending("failed", f"exit code {code}" if isinstance(code, int) else str(code))


class ScriptEnd:
    """Watches the whole process from the first run on."""

    def __init__(self) -> None:
        self._runs: weakref.WeakSet[Ends] = weakref.WeakSet()
        self._ending = COMPLETED
        self._watching = False
        self._pid = 0
        self._hook: Callable[..., Any] = sys.excepthook
        self._exit: Callable[..., NoReturn] = sys.exit

    def watch(self, run: Ends) -> None:
        self._runs.add(run)
        if not self._watching:
            self._watching = True
            self._pid = os.getpid()
            self._hook, sys.excepthook = sys.excepthook, self._on_exception
            # The only place to see an exit code before the interpreter shuts down.
            self._exit, sys.exit = sys.exit, self._on_exit
            atexit.register(self._at_exit)
        self._catch_termination()

    def forget(self, run: Ends) -> None:
        self._runs.discard(run)

    def _on_exception(self, kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        self._ending = ending_of(kind, value, trace)
        self._hook(kind, value, trace)

    def _on_exit(self, code: Any = None, /) -> NoReturn:
        self._ending = _ending_of_code(code)
        self._exit(code)

    def _at_exit(self) -> None:
        for run in list(self._runs):
            try:
                run.end_with_script(self._ending)
            except KeyboardInterrupt:
                # Its entries are on disk. The other runs still have to end.
                continue

    def _catch_termination(self) -> None:
        # Replace only the default handler, which ends the process at once; keep the script's own.
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, self._on_termination)

    def _on_termination(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._pid:
            # In a forked process, behave as without this package.
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        self._ending = Ending("interrupted", "interrupted by SIGTERM")
        raise Terminated(128 + number)


script_end = ScriptEnd()

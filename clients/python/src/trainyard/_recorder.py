"""Queues entries from the training loop with one append, and batches them to the outbox on another thread."""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import time_ns
from typing import Any, Union

from ._events import Event, RunEvents, size_of
from ._identity import Rank, new_writer
from ._limits import (
    BATCH_BYTES,
    BATCH_POINTS,
    BATCH_SECONDS,
    EXIT_SECONDS,
    HEARTBEAT_SECONDS,
    MAX_BATCH_POINTS,
    MEDIA_BYTES_WAITING,
)
from ._media import LoggedMedia
from ._notices import say, say_once
from ._outbox import Outbox
from ._requests import EVENTS, Request, encode, upload
from ._sender import Sender
from ._settings import Settings
from ._spool import Spool
from ._transport import HttpTransport, Transport
from ._values import Number

# An entry: values at a step, a complete event, media, or a separate request such as a file.
Point = tuple[int, "int | None", "dict[str, Number]"]
Entry = Union[Point, Event, LoggedMedia, Request]

_recorders: weakref.WeakSet[Recorder] = weakref.WeakSet()


class Recorder:
    """Accepts entries from any thread and sends them in batches. A forked process gets its own writer."""

    def __init__(
        self,
        run_id: str,
        events: RunEvents,
        settings: Settings,
        rank: Rank,
        transport: Callable[[], Transport] | None = None,
    ) -> None:
        self._run_id = run_id
        self._events = events
        self._settings = settings
        self._rank = rank
        self._transport = transport or (lambda: HttpTransport(settings.url, settings.api_key))
        self._begin()
        _recorders.add(self)

    def _begin(self) -> None:
        self._writer = new_writer(self._run_id, self._rank)
        self._queue: deque[Entry] = deque(maxlen=0 if self._settings.mode == "disabled" else None)
        self._wake = threading.Event()
        self._starting = threading.Lock()
        self._collecting = threading.Lock()
        self._running = False
        self._media_bytes = 0
        self.closed = False
        self._beat_at = 0.0
        self.spool = Spool(Path(self._settings.directory) / self._run_id / self._writer)
        # Offline, nothing is kept in memory, so that a killed process loses no collected batch.
        self.outbox = Outbox(self.spool, memory_entries=0) if self._settings.mode == "offline" else Outbox(self.spool)
        self.sender = Sender(self.outbox, self._transport(), self.spool, self._settings.url)
        self._collector = threading.Thread(target=self._collect_forever, name="trainyard-collector", daemon=True)

    @property
    def unsent(self) -> int:
        """The number of logged entries the server does not have yet."""
        return len(self._queue) + self.outbox.entries

    @property
    def lost(self) -> int:
        return self.outbox.lost

    def problem(self) -> str | None:
        """Why not all entries are delivered, or will be; None while all is well."""
        if self.sender.failures or self.sender.refused or self.lost:
            return f"{self._settings.url} did not accept all logged entries ({self.sender.last_error})."
        if self.closed and self.unsent:
            folder = self._settings.directory
            unsent = f"{self.unsent} entries of run {self._run_id} are unsent and saved in {folder}."
            return f"{unsent} Send them with: trainyard sync {folder}"
        return None

    def point(self, step: int | None, values: dict[str, Number]) -> None:
        queue = self._queue
        queue.append((time_ns(), step, values))
        if not self._running:
            self._start()
        if len(queue) >= BATCH_POINTS and not self._wake.is_set():
            self._wake.set()

    def add(self, entry: Event | LoggedMedia | Request) -> None:
        self._queue.append(entry)
        if not self._running:
            self._start()

    def add_media(self, logged: LoggedMedia) -> None:
        self._media_bytes += logged.media.size
        self.add(logged)
        if self._media_bytes >= MEDIA_BYTES_WAITING:
            self._wake.set()

    def flush(self, timeout: float) -> bool:
        """Sends everything logged so far. Returns False on timeout."""
        self._collect()
        return self.outbox.wait_until_empty(timeout)

    def close(self, timeout: float = EXIT_SECONDS) -> None:
        """Sends the remaining entries within the timeout, and writes the rest to disk."""
        if self.closed or self._settings.mode == "disabled":
            self.closed = True
            return
        self.closed = True
        deadline = time.monotonic() + timeout
        self._wake.set()
        try:
            if self._collector.is_alive():
                self._collector.join(timeout)
            self._collect()
            if self._settings.mode == "online":
                self.sender.close(deadline)
        finally:
            # Also after another Ctrl-C.
            self._collect()
            self._save_unsent()

    def _save_unsent(self) -> None:
        left = self.outbox.spill_all()
        self.spool.release()
        if left:
            at = self._settings.directory
            say("%d entries of run %s are unsent and saved in %s. Send them with: trainyard sync %s", left, self._run_id, at, at)
        if self.lost:
            say("%d entries of run %s are lost: neither the server nor the disk accepted them.", self.lost, self._run_id)

    def _start(self) -> None:
        with self._starting:
            if self._running:
                return
            self._running = True
            if self._settings.mode == "disabled":
                return
            try:
                self._collector.start()
                if self._settings.mode == "online":
                    self.sender.start()
            except RuntimeError as fault:
                # The interpreter is shutting down, so close() sends everything.
                say_once("threads", "No thread can be started (%s); entries are sent when the script ends.", fault)

    def _collect_forever(self) -> None:
        self._close_with_multiprocessing()
        while not self.closed:
            self._wake.wait(BATCH_SECONDS)
            self._wake.clear()
            try:
                self._beat()
                self._collect()
            except Exception as fault:  # A value that can't be encoded loses its batch, but must not stop the loop.
                say_once(f"collect {fault}", "A batch of entries can't be encoded and is lost: %s: %s", type(fault).__name__, fault)

    def _beat(self) -> None:
        now = time.monotonic()
        if self._rank.leads and now - self._beat_at >= HEARTBEAT_SECONDS:
            self._beat_at = now
            self._queue.append(self._events.heartbeat(time_ns(), HEARTBEAT_SECONDS))

    def _collect(self) -> None:
        with self._collecting:
            events: list[Event] = []
            points = size = self._media_bytes = 0
            while self._queue:
                entry = self._queue.popleft()
                if isinstance(entry, LoggedMedia):
                    entry, file = self._events.media(entry)
                    if file is not None:
                        self._put(events)
                        events, points, size = [], 0, 0
                        self._put_file(entry["metadata"]["path"], file)
                if isinstance(entry, Request):
                    self._put(events)
                    events, points, size = [], 0, 0
                    self.outbox.put(self.outbox.next_sequence(), entry)
                    continue
                if isinstance(entry, tuple):
                    if entry[2]:
                        events.extend(self._events.metrics(*entry))
                        points += len(entry[2])
                else:
                    events.append(entry)
                    points += 1
                    size += size_of(entry)
                if points >= MAX_BATCH_POINTS or size >= BATCH_BYTES:
                    self._put(events)
                    events, points, size = [], 0, 0
            self._put(events)

    def _put_file(self, path: str, content: bytes) -> None:
        self.outbox.put(self.outbox.next_sequence(), upload(self._run_id, path, content))

    def _put(self, events: list[Event]) -> None:
        if events:
            sequence = self.outbox.next_sequence()
            self.outbox.put(sequence, Request("POST", EVENTS, encode(events), f"{self._writer}:{sequence}", len(events)))

    def _close_with_multiprocessing(self) -> None:
        # Processes forked by multiprocessing exit without atexit.
        util: Any = sys.modules.get("multiprocessing.util")
        if util is not None and sys.modules["multiprocessing.process"].parent_process() is not None:
            util.Finalize(None, self.close, exitpriority=10)

    def _after_fork(self) -> None:
        """In the child: start empty, because the parent sends its own entries and threads are not inherited."""
        self.spool.abandon()
        self._begin()


def _fork_all() -> None:
    for recorder in list(_recorders):
        recorder._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_fork_all)

"""Requests that wait to be sent, in order: a few in memory, the rest on disk."""

from __future__ import annotations

import threading
from collections import deque

from ._limits import MEMORY_BYTES, MEMORY_BYTES_WITHOUT_DISK, MEMORY_ENTRIES, MEMORY_ENTRIES_WITHOUT_DISK
from ._notices import say_once
from ._requests import Request
from ._spool import Spool


class Outbox:
    """First in, first out. Requests in memory are older than requests on disk.

    While any request waits on disk, newer ones go to disk too.
    """

    def __init__(self, spool: Spool, memory_entries: int = MEMORY_ENTRIES) -> None:
        self._spool = spool
        self._memory_entries = memory_entries
        self._changed = threading.Condition()
        self._memory: deque[tuple[int, Request]] = deque()
        self._in_memory = 0
        self._memory_bytes = 0
        self._disk: deque[tuple[int, int]] = deque()
        self._on_disk = 0
        self._taken: tuple[int, Request, bool] | None = None
        self._next = 1
        self._closed = False
        self.lost = 0

    @property
    def entries(self) -> int:
        """The number of waiting entries."""
        with self._changed:
            return self._in_memory + self._on_disk

    @property
    def entries_on_disk(self) -> int:
        with self._changed:
            return self._on_disk

    def adopt(self) -> None:
        """Adds the requests that an earlier process left in the folder."""
        with self._changed:
            for sequence in self._spool.sequences():
                entries = self._spool.read(sequence).entries
                self._disk.append((sequence, entries))
                self._on_disk += entries
                self._next = sequence + 1

    def next_sequence(self) -> int:
        with self._changed:
            number, self._next = self._next, self._next + 1
            return number

    def put(self, sequence: int, request: Request) -> None:
        with self._changed:
            if not self._disk and self._has_room(request, self._memory_entries, MEMORY_BYTES):
                self._keep(sequence, request)
            elif not self._spill(sequence, request):
                if not self._disk and self._has_room(request, MEMORY_ENTRIES_WITHOUT_DISK, MEMORY_BYTES_WITHOUT_DISK):
                    self._keep(sequence, request)
                else:
                    self.lost += request.entries
            self._changed.notify_all()

    def take(self, timeout: float) -> Request | None:
        """The oldest request, which stays in the outbox until done(); None on timeout."""
        with self._changed:
            if self._closed:
                return None
            if self._taken is None:
                if not self._memory and not self._disk:
                    self._changed.wait(timeout)
                self._taken = self._oldest()
            return self._taken[1] if self._taken else None

    def done(self) -> None:
        """Removes the request that take() returned."""
        with self._changed:
            if self._taken is None:
                return
            sequence, request, from_disk = self._taken
            self._taken = None
            if from_disk:
                self._remove(sequence)
                self._disk.popleft()
                self._on_disk -= request.entries
            else:
                self._memory.popleft()
                self._in_memory -= request.entries
                self._memory_bytes -= len(request.body)
            self._changed.notify_all()

    def _remove(self, sequence: int) -> None:
        try:
            self._spool.remove(sequence)
        except OSError as fault:
            # Sending it again is harmless: its key makes the server store it once.
            say_once("remove", "A sent file in %s can't be removed: %s", self._spool.folder, fault)

    def wait_until_empty(self, timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._closed or not (self._memory or self._disk), timeout)

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def spill_all(self) -> int:
        """Writes the requests in memory to disk, with their keys, since they may have been sent. Returns the entries on disk."""
        with self._changed:
            self._closed = True
            self._taken = None
            while self._memory and self._spill(*self._memory[0]):
                _, request = self._memory.popleft()
                self._in_memory -= request.entries
                self._memory_bytes -= len(request.body)
            self.lost += self._in_memory
            self._changed.notify_all()
            return self._on_disk

    def _has_room(self, request: Request, entries: int, size: int) -> bool:
        return self._in_memory + request.entries <= entries and self._memory_bytes + len(request.body) <= size

    def _keep(self, sequence: int, request: Request) -> None:
        self._memory.append((sequence, request))
        self._in_memory += request.entries
        self._memory_bytes += len(request.body)

    def _spill(self, sequence: int, request: Request) -> bool:
        try:
            self._spool.write(sequence, request)
        except OSError as fault:
            say_once("spool", "%s can't be written (%s); unsent entries stay in memory.", self._spool.folder, fault)
            return False
        self._disk.append((sequence, request.entries))
        self._on_disk += request.entries
        return True

    def _oldest(self) -> tuple[int, Request, bool] | None:
        if self._memory:
            return (*self._memory[0], False)
        while self._disk:
            sequence, entries = self._disk[0]
            try:
                return (sequence, self._spool.read(sequence), True)
            except (OSError, ValueError, KeyError) as fault:
                say_once(f"unreadable {sequence}", "A file of unsent entries can't be read (%s); %d entries are lost.", fault, entries)
                self._disk.popleft()
                self._on_disk -= entries
                self.lost += entries
        return None

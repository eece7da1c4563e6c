"""Requests as files: DIR/<run>/<writer>/<sequence>.request, with refused events beside them in refused.jsonl."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ._requests import JSON, Request

if sys.platform != "win32":
    import fcntl

_SUFFIX = ".request"
_REFUSED = "refused.jsonl"
_LOCK = "writer.lock"


class Spool:
    """The folder of one writer. Created with the first request, removed when empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: IO[bytes] | None = None

    def write(self, sequence: int, request: Request) -> None:
        self.claim()
        target = self.folder / f"{sequence:018d}{_SUFFIX}"
        temporary = target.with_suffix(".tmp")
        try:
            temporary.write_bytes(request.to_bytes())
            os.replace(temporary, target)
        except OSError:
            # On a full disk, a part of a file takes space for nothing.
            temporary.unlink(missing_ok=True)
            raise

    def sequences(self) -> list[int]:
        """The sequence numbers of the files, oldest first."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        return sorted(int(name[: -len(_SUFFIX)]) for name in names if name.endswith(_SUFFIX))

    def read(self, sequence: int) -> Request:
        return Request.from_bytes(self._path(sequence).read_bytes())

    def remove(self, sequence: int) -> None:
        self._path(sequence).unlink(missing_ok=True)

    def refuse(self, request: Request, reason: str) -> None:
        """Saves a request that the server will never accept, for inspection."""
        self.claim()
        entry = {"reason": reason, "path": request.path}
        if request.content_type == JSON:
            entry["body"] = request.body.decode("utf-8", "replace")
        else:
            entry["base64"] = base64.b64encode(request.body).decode()
        with (self.folder / _REFUSED).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def claim(self) -> bool:
        """Locks the folder for this process. Returns False if another process has it."""
        if self._lock is not None:
            return True
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / _LOCK).open("ab")
        if sys.platform != "win32":
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                return False
        self._lock = lock
        return True

    def abandon(self) -> None:
        """Drops the lock in a forked process; the parent keeps it."""
        self._lock = None

    def release(self) -> None:
        """Unlocks the folder, and removes it if it has no unsent or refused requests."""
        if self._lock is None:
            return
        try:
            if not self.sequences():
                (self.folder / _LOCK).unlink(missing_ok=True)
                for folder in (self.folder, self.folder.parent):
                    folder.rmdir()
        except OSError:
            # The folder holds refused events, other runs or the user's files, or is read-only by now.
            pass
        finally:
            self._lock.close()
            self._lock = None

    def _path(self, sequence: int) -> Path:
        return self.folder / f"{sequence:018d}{_SUFFIX}"


def spools(directory: Path) -> Iterator[Spool]:
    """The folders with unsent requests, oldest writer first."""
    folders = {path.parent for path in directory.glob(f"**/*{_SUFFIX}")}
    for folder in sorted(folders, key=lambda one: (one.stat().st_mtime, one)):
        yield Spool(folder)

"""Sends TensorBoard event files as they grow, one run per folder."""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from ._events import Event, RunEvents, size_of
from ._identity import distinct_identifier, identifier
from ._limits import BATCH_BYTES, BATCH_POINTS
from ._media import LoggedMedia
from ._notices import say_once
from ._requests import EVENTS, Request, encode
from ._tfevents import DamagedFile, LogEvent, read_events
from ._transport import Transport
from ._verdict import Verdict, back_off, try_once

_STATE = "watched.json"
_NAMES = uuid.UUID("8f4f6f0e-6a0e-4c58-9a6f-0d4b6a5e1c11")
_HASH_CHARACTERS = 8


class Watcher:
    """Saves the position in each file. An event whose answer was lost is sent again under its id and stored once."""

    def __init__(self, folder: Path, state: Path, transport: Transport, experiment: str | None = None) -> None:
        self._folder = folder.resolve()
        self._state_file = state / _STATE
        self._transport = transport
        self._experiment = distinct_identifier(experiment) if experiment else None
        self._offsets = self._load()
        self._started: set[str] = set()
        self._damaged: set[Path] = set()
        self.points = 0
        self.last_error: str | None = None

    def send_new(self) -> bool:
        """Sends new events. Returns False if the server did not accept all."""
        for path in sorted(self._folder.rglob("*tfevents*")):
            if path.is_file() and path not in self._damaged and not self._send_file(path):
                return False
        return True

    def follow(self, seconds: float, stopped: Callable[[], bool], sleep: Callable[[float], None] = time.sleep) -> None:
        failures = 0
        while not stopped():
            failures = 0 if self.send_new() else failures + 1
            if failures == 1:
                say_once("watch", "The server does not accept events (%s); they are sent later.", self.last_error)
            sleep(back_off(failures, None) if failures else seconds)

    def _send_file(self, path: Path) -> bool:
        key = str(path)
        while True:
            batch, end = self._batch(path, self._offsets.get(key, 0))
            if end is None:
                return True
            if batch and not self._send(batch):
                return False
            self.points += len(batch)
            self._offsets[key] = end
            self._save()

    def _batch(self, path: Path, offset: int) -> tuple[list[Event], int | None]:
        events: list[Event] = []
        run_id = self.run_id(path)
        run = RunEvents(run_id, self._experiment, "trainyard-watch")
        if run_id not in self._started:
            name = str(path.parent.relative_to(self._folder))
            shown = self._folder.name if name == "." else name
            events.append(_identified(run.start(path.stat().st_mtime_ns, shown, None, {"log_dir": str(path.parent)}), f"{run_id}/start"))
        end: int | None = None
        size = 0
        try:
            for event in read_events(path, offset):
                parts = [_identified(part, f"{path}@{event.end}/{number}") for number, part in enumerate(_events_of(run, event))]
                events.extend(parts)
                size += sum(map(size_of, parts))
                end = event.end
                if len(events) >= BATCH_POINTS or size >= BATCH_BYTES:
                    break
        except (DamagedFile, OSError) as fault:
            self._damaged.add(path)
            say_once(f"damaged {path}", "%s is damaged and read only up to the damage: %s.", path, fault)
        if end is not None:
            self._started.add(run_id)
        return events, end

    def run_id(self, path: Path) -> str:
        folder = path.parent
        name = self._folder.name if folder == self._folder else str(folder.relative_to(self._folder))
        return f"{identifier(name)[:100]}-{hashlib.sha256(str(folder).encode()).hexdigest()[:_HASH_CHARACTERS]}"

    def _send(self, events: list[Event]) -> bool:
        request = Request("POST", EVENTS, encode(events), None, len(events))
        outcome = try_once(self._transport.send, request)
        if outcome.verdict is Verdict.LATER:
            self.last_error = outcome.reason
            return False
        if outcome.verdict is Verdict.REFUSED:
            if len(events) > 1:
                middle = len(events) // 2
                return self._send(events[:middle]) and self._send(events[middle:])
            self.last_error = outcome.reason
            say_once(f"refused {outcome.reason}", "The server refused an event: %s", outcome.reason)
        return True

    def _load(self) -> dict[str, int]:
        try:
            return {str(name): int(offset) for name, offset in json.loads(self._state_file.read_text(encoding="utf-8")).items()}
        except (FileNotFoundError, ValueError, AttributeError):
            return {}

    def _save(self) -> None:
        self._state_file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._state_file.with_suffix(".tmp")
        temporary.write_text(json.dumps(self._offsets), encoding="utf-8")
        os.replace(temporary, self._state_file)


def _events_of(run: RunEvents, event: LogEvent) -> Iterator[Event]:
    nanoseconds = int(event.wall_time * 1e9)
    step = max(event.step, 0)
    numbers = {value.tag: value.number for value in event.values if value.number is not None and value.tag}
    if numbers:
        yield from run.metrics(nanoseconds, step, numbers)
    for value in event.values:
        for index, media in enumerate(value.media):
            if value.tag and media.is_valid:
                logged, file = run.media(LoggedMedia(nanoseconds, step, value.tag, index, media))
                if file is None:
                    yield logged
                else:
                    say_once(f"large {value.tag}", "A file of '%s' has %d bytes and is not sent: import the folder.", value.tag, len(file))


def _identified(event: Event, name: str) -> Event:
    return {**event, "event_id": str(uuid.uuid5(_NAMES, name))}

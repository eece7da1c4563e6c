"""The events of a run, in the form of POST /api/events/ml."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from typing import Any

from ._checkpoints import Checkpoint
from ._limits import LINE_CHARACTERS, MEASUREMENTS_PER_EVENT, MESSAGE_CHARACTERS, RUN_NAME_CHARACTERS, TAG_CHARACTERS
from ._media import LoggedMedia, upload_path
from ._values import Number, clean_text, json_number, series_name

Event = dict[str, Any]

_BILLION = 1_000_000_000
# In the metadata of any event these describe the run.
_NOT_OF_A_CHECKPOINT = frozenset(("attempt", "epoch", "filepath", "hyperparams", "mlflow_run_id", "spectral_norm", "tags"))


class Clock:
    """Formats timestamps. Most events of a batch share a second, so that part is formatted once."""

    def __init__(self) -> None:
        self._second = -1
        self._text = ""

    def text(self, nanoseconds: int) -> str:
        second, rest = divmod(nanoseconds, _BILLION)
        if second != self._second:
            self._second, self._text = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._text}.{rest // 1000:06d}Z"


class RunEvents:
    """Events of one run."""

    def __init__(self, run_id: str, experiment_id: str | None, source: str) -> None:
        self._members: Event = {"trial_id": run_id, "source": source}
        if experiment_id:
            self._members["model_run_id"] = experiment_id
        self._clock = Clock()

    def metrics(self, nanoseconds: int, step: int | None, values: Mapping[str, Number]) -> Iterator[Event]:
        """One event, or several if there are more values than an event may hold."""
        numbers = {series_name(name): json_number(value) for name, value in values.items()}
        metadata = {} if step is None else {"step": step}
        if len(numbers) <= MEASUREMENTS_PER_EVENT:
            yield self._event("ml.run.metric", nanoseconds, metadata, numbers)
            return
        rest = iter(numbers.items())
        while part := dict(itertools.islice(rest, MEASUREMENTS_PER_EVENT)):
            yield self._event("ml.run.metric", nanoseconds, metadata, part)

    def machine(self, nanoseconds: int, values: Mapping[str, Number]) -> Event:
        return self._event("ml.system.metric", nanoseconds, {}, {name: json_number(value) for name, value in values.items()})

    def start(
        self, nanoseconds: int, name: str, config: Mapping[str, Any] | None, tags: Mapping[str, str], spectral_norm: bool | None = None
    ) -> Event:
        metadata: Event = {"name": clean_text(name)[:RUN_NAME_CHARACTERS]}
        if config is not None:
            metadata["hyperparams"] = config
        if spectral_norm is not None:
            metadata["spectral_norm"] = spectral_norm
        event = self._event("ml.run.start", nanoseconds, metadata)
        if tags:
            event["tags"] = {clean_text(key)[:128]: clean_text(value)[:TAG_CHARACTERS] for key, value in tags.items() if key}
        return event

    def resume(self, nanoseconds: int, step: int) -> Event:
        return self._event("ml.run.resume", nanoseconds, {"step": step})

    def stop(self, nanoseconds: int, status: str, message: str | None, step: int | None, final: Mapping[str, Number]) -> Event:
        metadata: Event = {"status": status}
        if message:
            metadata["message"] = clean_text(message)[:MESSAGE_CHARACTERS]
        if step is not None and final:
            metadata["step"] = step
        return self._event("ml.run.stop", nanoseconds, metadata, {series_name(name): json_number(value) for name, value in final.items()})

    def heartbeat(self, nanoseconds: int, expect_next_in: float, message: str | None = None) -> Event:
        metadata: Event = {"expect_next_in": expect_next_in}
        if message:
            metadata["message"] = clean_text(message)[:1024]
        return self._event("ml.run.heartbeat", nanoseconds, metadata)

    def log(self, nanoseconds: int, level: str, message: str) -> Event:
        return self._event("ml.run.log", nanoseconds, {"level": level, "message": clean_text(message)[:LINE_CHARACTERS]})

    def media(self, logged: LoggedMedia) -> tuple[Event, bytes | None]:
        """The event, and the file to upload before it if it is too large for an event."""
        metadata: Event = {"kind": logged.media.kind, "name": series_name(logged.name), "step": logged.step}
        if logged.index:
            metadata["index"] = logged.index
        if logged.media.caption:
            metadata["caption"] = logged.media.caption
        content = logged.media.content()
        file = content if isinstance(content, bytes) else None
        if file is None:
            metadata["content"] = content
        else:
            metadata["path"] = upload_path(file, logged.media.kind)
        return self._event("ml.run.media", logged.nanoseconds, metadata), file

    def checkpoint(self, saved: Checkpoint) -> Event:
        metadata: Event = {name: value for name, value in saved.metadata.items() if name not in _NOT_OF_A_CHECKPOINT}
        metadata.update(path=clean_text(saved.path), is_best=saved.is_best)
        if saved.step is not None:
            metadata["step"] = saved.step
        if saved.size is not None:
            metadata["size"] = saved.size
        values = {series_name(name): value for name, value in saved.metrics.items()}
        return self._event("ml.run.checkpoint", saved.saved_at, metadata, values)

    def _event(self, kind: str, nanoseconds: int, metadata: Event, measurements: Event | None = None) -> Event:
        event: Event = {"event": kind, **self._members, "timestamp": self._clock.text(nanoseconds)}
        if metadata:
            event["metadata"] = metadata
        if measurements:
            event["measurements"] = measurements
        return event


def size_of(event: Event) -> int:
    """Bytes of its JSON, about: what is long of it."""
    metadata = event.get("metadata", {})
    size = 256 + len(metadata.get("message", "")) + (len(str(metadata["hyperparams"])) if "hyperparams" in metadata else 0)
    content = metadata.get("content")
    return size + (0 if content is None else len(content) if isinstance(content, str) else len(str(content)))

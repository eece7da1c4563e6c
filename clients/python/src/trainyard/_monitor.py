"""TrainingMonitor, the main class of the package."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from ._checkpoints import Checkpoint, CheckpointRecord
from ._errors import DeliveryError, UsageError
from ._events import RunEvents
from ._exit import Ending, ending_of, script_end
from ._identity import Rank, distinct_identifier, new_run_id
from ._limits import CONFIG_BYTES, EXIT_SECONDS, LAST_STEP, LINE_CHARACTERS, MACHINE_SECONDS, MEDIA_PER_STEP
from ._media import LoggedMedia, Media, media_of
from ._notices import say_once
from ._recorder import Recorder
from ._requests import encode, upload
from ._settings import Settings
from ._surroundings import Surroundings
from ._transport import Transport
from ._values import as_json, as_number, snapshot

_OVER = frozenset(("completed", "failed", "cancelled", "interrupted"))
_LEVELS = frozenset(("debug", "info", "warning", "error"))


class TrainingMonitor:
    """Sends a run's metrics, checkpoints and state to Trainyard, without ever making the script wait for the network.

    As a context manager it completes the run on exit, marks it failed with the text of an exception, or interrupted after
    Ctrl-C or SIGTERM. With ``strict=True`` a call raises DeliveryError once something could not be sent.
    """

    def __init__(
        self,
        run_name: str,
        config: Mapping[str, Any] | None = None,
        dashboard_url: str | None = None,
        *,
        run_id: str | None = None,
        experiment: str | None = None,
        tags: Mapping[str, str] | None = None,
        spectral_norm: bool | None = None,
        strict: bool = False,
        machine_metrics: bool = True,
        capture_output: bool = False,
        capture_code: bool = True,
        mode: str | None = None,
        directory: str | os.PathLike[str] | None = None,
        transport: Callable[[], Transport] | None = None,
        _record: CheckpointRecord | None = None,
    ) -> None:
        if not run_name:
            raise UsageError("A run needs a name.")
        self._rank = Rank.read()
        self._settings = Settings.read(dashboard_url, directory, mode)
        self.run_name = run_name
        self.run_id = _record.run_id if _record else distinct_identifier(run_id) if run_id else new_run_id(run_name, self._rank)
        self.is_resumed = _record is not None and _record.resumed
        self._checkpoints = _record or CheckpointRecord(self.run_id, run_name, None)
        self._config: dict[str, Any] = dict(config or {})
        self._tags = dict(tags or {})
        self._spectral_norm = spectral_norm
        self._strict = strict
        self._step = -1
        self._final: dict[str, Any] = {}
        self._pid = os.getpid()
        self._finishing = threading.Lock()
        # Series of other ranks get a prefix, so that ranks do not overwrite each other.
        self._prefix = "" if self._rank.leads else f"rank{self._rank.number}/"
        self._events = RunEvents(self.run_id, distinct_identifier(experiment) if experiment else None, "trainyard-python")
        self._recorder = Recorder(self.run_id, self._events, self._settings, self._rank, transport)
        self._begin(machine_metrics, capture_output, capture_code)

    @classmethod
    def resume_or_create(
        cls,
        run_name: str,
        checkpoint_dir: str | os.PathLike[str],
        config: Mapping[str, Any] | None = None,
        dashboard_url: str | None = None,
        **options: Any,
    ) -> TrainingMonitor:
        """Resumes the run of this name with checkpoints in the folder, as a new attempt, or starts a new run."""
        folder = Path(checkpoint_dir)
        record = CheckpointRecord.read(folder, run_name)
        if record is None:
            given = options.pop("run_id", None)
            record = CheckpointRecord(distinct_identifier(given) if given else new_run_id(run_name, Rank.read()), run_name, folder)
            if Rank.read().leads:
                record.write()
        return cls(run_name, config, dashboard_url, _record=record, **options)

    @property
    def url(self) -> str:
        """The run's page."""
        return f"{self._settings.url}/runs/{self.run_id}"

    @property
    def unsent(self) -> int:
        """The number of logged entries the server does not have yet."""
        return self._recorder.unsent

    @property
    def last_error(self) -> str | None:
        """The error of the last failed delivery."""
        return self._recorder.sender.last_error

    @property
    def step(self) -> int:
        """The last logged step; -1 before the first."""
        return self._step

    @property
    def finished(self) -> bool:
        return self._recorder.closed

    @property
    def config(self) -> dict[str, Any]:
        return dict(self._config)

    @property
    def tags(self) -> dict[str, str]:
        return dict(self._tags)

    def folder(self) -> str:
        """A folder for files of the run, beside its unsent entries; a temporary one if it can't be made there."""
        path = os.path.join(self._settings.directory, self.run_id, "files")
        try:
            os.makedirs(path, exist_ok=True)
        except OSError as fault:
            say_once(f"folder {path}", "%s can't be made (%s); files of the run go to a temporary folder.", path, fault)
            return tempfile.mkdtemp(prefix=f"{self.run_id}-")
        return path

    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        """Logs values at a step, by default the step after the last. Accepts numbers, numpy scalars, tensors and media."""
        recorder = self._recorder
        if type(step) is not int or self._prefix or self._strict or recorder.closed or not 0 <= step <= LAST_STEP:
            self._log_carefully(metrics, step)
            return
        self._step = step
        values = snapshot(metrics)
        recorder.point(step, values)
        if len(values) != len(metrics):
            self._log_media(metrics, step)

    def _log_carefully(self, metrics: Mapping[str, Any], step: Any) -> None:
        """Handles what the fast path does not: other or missing steps, other ranks, strict mode, a finished run."""
        at = self._step + 1 if step is None else step if type(step) is int else self._as_step(step)
        if at > LAST_STEP:
            say_once("last step", "Steps must be at most 2^53; the values at step %d are dropped.", at)
        elif at < 0:
            say_once("negative step", "Steps must be at least 0; the values at step %d are dropped.", at)
        elif self._recorder.closed:
            say_once(f"closed {self.run_id}", "Run %s has finished; values logged after its end are dropped.", self.run_id)
        else:
            self._step = at
            self._recorder.point(at, {self._prefix + name: value for name, value in snapshot(metrics).items()})
            self._log_media(metrics, at)
        self._raise_if_strict()

    def log_media(self, name: str, media: Media | Sequence[Media], step: int | None = None) -> None:
        """Logs an Image, Audio, Table, Histogram or Text, or several, at a step, by default the last one."""
        items = media if isinstance(media, Media) else list(media)
        self._log_carefully({name: items}, max(self._step, 0) if step is None else step)

    def _log_media(self, metrics: Mapping[Any, Any], step: int) -> None:
        now = time.time_ns()
        for name, items in media_of(metrics):
            if len(items) > MEDIA_PER_STEP:
                say_once("media count", "'%s' has %d media at one step; only %d are stored.", name, len(items), MEDIA_PER_STEP)
            for index, media in enumerate(items[:MEDIA_PER_STEP]):
                if media.is_valid:
                    self._recorder.add_media(LoggedMedia(now, step, self._prefix + name, index, media.snapshot()))

    def log_text(self, message: str, level: str = "info") -> None:
        """Adds lines to the run's log."""
        self._add_lines(str(message), level if level in _LEVELS else "info")
        self._raise_if_strict()

    def rename(self, run_name: str) -> None:
        """Changes the run's name."""
        if not run_name:
            raise UsageError("A run needs a name.")
        self.run_name = run_name
        self._describe()

    def update_config(self, config: Mapping[str, Any]) -> None:
        """Adds to the run's config."""
        self._config.update(config)
        self._describe()

    def update_tags(self, tags: Mapping[str, str]) -> None:
        self._tags.update(tags)
        self._describe()

    def set_final(self, values: Mapping[str, Any]) -> None:
        """Sets final values of the run."""
        self._final.update(snapshot(values))

    def set_status(self, status: str, message: str | None = None) -> None:
        """Ends the run if the status is completed, failed, cancelled or interrupted; shows any other text as its message."""
        if status in _OVER:
            self._end(Ending(status, message))
            return
        text = message if status == "running" else f"{status}: {message}" if message else status
        if self._leads and text:
            self._recorder.add(self._events.heartbeat(time.time_ns(), MACHINE_SECONDS * 3, text))

    def save_checkpoint(
        self,
        filepath: str | os.PathLike[str],
        metrics: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> str:
        """Records a file or folder that the script has written, and returns its id. The file is not moved."""
        details = dict(metadata or {})
        step = self._as_step(details.get("step", details.get("epoch", self._step)))
        path = os.fspath(filepath)
        if "://" not in path and not os.path.exists(path):
            say_once(f"checkpoint {path}", "The checkpoint file %s does not exist.", path)
            if self._strict:
                raise UsageError(f"The checkpoint file {path} does not exist.")
        now = time.time_ns()
        saved = self._checkpoints.add(path, step if step >= 0 else None, now, snapshot(metrics or {}), as_json(details))
        self._send_checkpoint(saved)
        return saved.checkpoint_id

    def mark_best_checkpoint(self, checkpoint_id: str) -> None:
        """Marks a checkpoint, by the id from save_checkpoint, as the run's only best one."""
        best = self._checkpoints.mark_best(checkpoint_id)
        if best is None:
            raise UsageError(f"Run {self.run_id} has no checkpoint '{checkpoint_id}'.")
        self._send_checkpoint(best)

    def get_last_checkpoint(self) -> Checkpoint | None:
        """The newest checkpoint whose files exist, with path, step, metrics and metadata; None if there is none."""
        return self._checkpoints.last()

    def log_file(self, path: str, content: bytes) -> None:
        """Stores a small file among the run's artifacts."""
        self._recorder.add(upload(self.run_id, path, content))

    def flush(self, timeout: float = EXIT_SECONDS) -> bool:
        """Waits until the server has everything logged so far. Returns False on timeout."""
        sent = self._recorder.flush(timeout)
        self._raise_if_strict()
        return sent

    def finish(self, status: str = "completed", message: str | None = None) -> None:
        """Ends the run and sends the remaining entries; unsent ones are written to disk. Further calls do nothing."""
        self._end(Ending(status, message))

    def end_with_script(self, ending: Ending) -> None:
        """Called when the script ends without finish()."""
        self._end(ending, raises=False)

    def __enter__(self) -> TrainingMonitor:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._end(ending_of(kind, value, trace), raises=kind is None)

    @property
    def _leads(self) -> bool:
        """Whether this process starts and ends the run: not another rank, and not a forked process."""
        return self._rank.leads and os.getpid() == self._pid

    def _begin(self, machine_metrics: bool, capture_output: bool, capture_code: bool) -> None:
        online = self._settings.mode != "disabled"
        self._surroundings = Surroundings()
        if self._leads:
            if self.is_resumed:
                last = self._checkpoints.last()
                step = 0 if last is None or last.step is None else last.step + 1
                self._step = step - 1
                self._recorder.add(self._events.resume(time.time_ns(), step))
            self._describe()
            if online and capture_code:
                self._surroundings.read_code(self._take_provenance)
        if online and machine_metrics and self._rank.local == 0:
            self._surroundings.sample_machine(self._take_machine)
        if online and capture_output:
            self._surroundings.capture_output(self.log_text)
        script_end.watch(self)

    def _describe(self) -> None:
        if not self._leads:
            return
        config = as_json(self._config)
        text = encode([config])
        if len(text) > CONFIG_BYTES:
            say_once(f"config {self.run_id}", "The config has %d bytes and is stored as the file config.full.json.", len(text))
            self.log_file("config.full.json", text[1:-1])
            config = {}
        self._recorder.add(self._events.start(time.time_ns(), self.run_name, config, self._tags, self._spectral_norm))

    def _add_lines(self, text: str, level: str) -> None:
        for start in range(0, max(len(text), 1), LINE_CHARACTERS):
            self._recorder.add(self._events.log(time.time_ns(), level, text[start : start + LINE_CHARACTERS]))

    def _take_provenance(self, tags: Mapping[str, str], files: Mapping[str, bytes]) -> None:
        self._tags = {**tags, **self._tags}
        self._recorder.add(self._events.start(time.time_ns(), self.run_name, None, self._tags, None))
        for path, content in files.items():
            self.log_file(path, content)

    def _take_machine(self, values: Mapping[str, float]) -> None:
        prefixed = {f"{self._prefix}{name}": value for name, value in values.items()}
        self._recorder.add(self._events.machine(time.time_ns(), prefixed))

    def _send_checkpoint(self, saved: Checkpoint) -> None:
        self._recorder.add(self._events.checkpoint(saved))
        self._raise_if_strict()

    def _end(self, ending: Ending, raises: bool = True) -> None:
        with self._finishing:
            if self._recorder.closed:
                return
            script_end.forget(self)
            try:
                self._surroundings.close()
            finally:
                # Another Ctrl-C ends the waiting, and must not lose the end of the run.
                self._send_end(ending)
                self._recorder.close()
        if raises:
            self._raise_if_strict()

    def _send_end(self, ending: Ending) -> None:
        if not self._leads:
            return
        if ending.traceback:
            self._add_lines(ending.traceback, "error")
        step = self._step if self._step >= 0 else None
        self._recorder.add(self._events.stop(time.time_ns(), ending.status, ending.message, step, self._final))

    def _as_step(self, step: Any) -> int:
        try:
            if (number := as_number(step)) is not None:
                return int(number)
        except (ValueError, OverflowError):
            pass
        say_once("step", "A step must be a whole number, not %r; the step after the last is used.", step)
        return self._step + 1

    def _raise_if_strict(self) -> None:
        if self._strict and (problem := self._recorder.problem()):
            raise DeliveryError(problem)

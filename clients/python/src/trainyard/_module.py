"""init, log, finish, config and summary on the module, shaped like those of other trackers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ._accepted import Accepted
from ._mappings import Settings, as_mapping, as_tags
from ._monitor import TrainingMonitor
from ._notices import say_once
from ._values import Unknown

_UNDERSTOOD = frozenset(("anonymous", "force", "job_type", "reinit", "save_code", "settings", "allow_val_change"))
# Values of reinit with which a second init returns the current run.
_KEEPING = (None, False, "default", "return_previous")
_TENSORBOARD = frozenset(("sync_tensorboard", "tensorboard"))


class Config(Settings):
    def _changed(self, changed: Mapping[str, Any]) -> None:
        if (active := current()) is not None:
            active.monitor.update_config(changed)


class Summary(Settings):
    def _changed(self, changed: Mapping[str, Any]) -> None:
        if (active := current()) is not None:
            active.monitor.set_final(changed)


class Run:
    """The run that init started."""

    def __init__(self, monitor: TrainingMonitor, project: str | None) -> None:
        self.monitor = monitor
        self.project = project
        self._open: dict[str, Any] = {}

    @property
    def id(self) -> str:
        return self.monitor.run_id

    @property
    def name(self) -> str:
        return self.monitor.run_name

    @name.setter
    def name(self, name: str) -> None:
        self.monitor.rename(name)

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(self.monitor.tags)

    @tags.setter
    def tags(self, tags: Sequence[str] | Mapping[str, str]) -> None:
        self.monitor.update_tags(as_tags(tags))

    @property
    def dir(self) -> str:
        """A folder for the run's files. They stay there: log_file stores a file on the server."""
        return self.monitor.folder()

    def get_url(self) -> str:
        return self.url

    @property
    def url(self) -> str:
        return self.monitor.url

    @property
    def step(self) -> int:
        return max(self.monitor.step, 0)

    @property
    def resumed(self) -> bool:
        return self.monitor.is_resumed

    @property
    def config(self) -> Config:
        return config

    @property
    def summary(self) -> Summary:
        return summary

    def log(self, data: Mapping[str, Any], step: int | None = None, commit: bool | None = None, **_: Any) -> None:
        """Logs values. With commit=False they are kept for the next call and logged at its step."""
        if commit is False and step is None:
            self._open.update(data)
            return
        values, self._open = {**self._open, **data}, {}
        self.monitor.log_metrics(values, step)

    def alert(self, title: str, text: str = "", level: Any = None, **_: Any) -> None:
        """Writes the alert to the run's log. Rules on metrics and states are set on the server."""
        known = "error" if str(level).lower() == "error" else "warning"
        self.monitor.log_text(f"{title}: {text}" if text else title, known)

    def finish(self, exit_code: int | None = None, **_: Any) -> None:
        if self._open:
            self.log({})
        if exit_code:
            self.monitor.finish("failed", f"exit code {exit_code}")
        else:
            self.monitor.finish()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        if self._open and kind is None:
            self.log({})
        self.monitor.__exit__(kind, value, trace)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Accepted(f"run.{name}")


class Util:
    """The part of other trackers' util that training scripts use."""

    def generate_id(self, length: int = 8) -> str:
        return secrets.token_hex((length + 1) // 2)[:length]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Accepted(f"util.{name}")


config = Config()
summary = Summary()
util = Util()
_current: Run | None = None


def current() -> Run | None:
    return _current if _current is not None and not _current.monitor.finished else None


def init(
    project: str | None = None,
    name: str | None = None,
    config: Any = None,
    id: str | None = None,
    tags: Sequence[str] | Mapping[str, str] | None = None,
    notes: str | None = None,
    group: str | None = None,
    entity: str | None = None,
    mode: str | None = None,
    resume: Any = None,
    dir: str | Path | None = None,
    capture_output: bool = False,
    **other: Any,
) -> Run:
    """Starts a run: the project becomes its experiment, entity and group become tags."""
    global _current
    if (active := current()) is not None:
        if other.get("reinit") in _KEEPING:
            return active
        active.finish()
    for argument in other:
        if argument in _TENSORBOARD and other[argument]:
            say_once("init tensorboard", "init does not read TensorBoard files; 'trainyard watch FOLDER' sends them.")
        elif argument not in _UNDERSTOOD | _TENSORBOARD and other[argument] is not None:
            say_once(f"init {argument}", "init does not support '%s'; the argument is ignored.", argument)
    project, name, id = _text(project), _text(name), _text(id)
    if resume and id is None:
        say_once("init resume", "init resumes a run only by its id; without an id it starts a new run.")
    settings = globals()["config"]
    settings._values.clear()
    summary._values.clear()
    settings._values.update(as_mapping(config))
    named = {"notes": notes, "group": group, "entity": entity, "job_type": other.get("job_type")}
    monitor = TrainingMonitor(
        name or project or "run",
        settings.as_dict(),
        run_id=id,
        experiment=project,
        tags={**as_tags(tags), **{key: value for key, value in named.items() if value}},
        mode={"dryrun": "offline", "shared": "online"}.get(mode or "", mode),
        directory=Path(dir) / ".trainyard" if dir is not None else None,
        capture_output=capture_output,
    )
    _current = Run(monitor, project)
    return _current


def log(data: Mapping[str, Any], step: int | None = None, commit: bool | None = None, **other: Any) -> None:
    if (active := current()) is None:
        say_once("log without init", "log was called without a run, and the values are not stored: call init first.")
    else:
        active.log(data, step, commit, **other)


def alert(title: str, text: str = "", level: Any = None, **other: Any) -> None:
    if (active := current()) is None:
        say_once("alert without init", "alert was called without a run, and the text is not stored: call init first.")
    else:
        active.alert(title, text, level, **other)


def finish(exit_code: int | None = None, **other: Any) -> None:
    if (active := current()) is not None:
        active.finish(exit_code, **other)


def login(*_: Any, **__: Any) -> bool:
    """Does nothing: the key comes from TRAINYARD_API_KEY."""
    return True


def _text(value: Any) -> str | None:
    """The text of an argument; None for a stand-in, which another accepted call returned."""
    return None if value is None or isinstance(value, Unknown) else str(value)

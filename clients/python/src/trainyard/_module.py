"""init, log, finish, config and summary on the module, shaped like those of other trackers."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from ._monitor import TrainingMonitor
from ._notices import say_once
from ._values import Unknown

_UNDERSTOOD = frozenset(("anonymous", "force", "job_type", "reinit", "save_code", "settings", "sync_tensorboard", "allow_val_change"))


class Accepted(Unknown):
    """A stand-in for an unknown name. Calls, items and attributes of it return another stand-in."""

    def __init__(self, name: str) -> None:
        self._name = name
        say_once(f"accepted {name}", "trainyard does not support '%s': the call is accepted, but nothing is stored.", name)

    def __call__(self, *_: Any, **__: Any) -> Accepted:
        return self

    def __getattr__(self, name: str) -> Accepted:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, _: Any) -> Accepted:
        return self

    def __enter__(self) -> Accepted:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<trainyard: {self._name} is accepted and not stored>"


class Settings(MutableMapping[str, Any]):
    """A mapping with attribute access. Assignments go to the current run."""

    _values: dict[str, Any]

    def __init__(self) -> None:
        object.__setattr__(self, "_values", {})

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def __delitem__(self, name: str) -> None:
        del self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def __repr__(self) -> str:
        return repr(self._values)

    def as_dict(self) -> dict[str, Any]:
        return dict(self._values)

    def update(self, values: Any = (), /, allow_val_change: bool | None = None, **named: Any) -> None:
        changed = {**as_mapping(values), **named}
        self._values.update(changed)
        if changed:
            self._changed(changed)

    def setdefaults(self, values: Any) -> None:
        self.update({name: value for name, value in as_mapping(values).items() if name not in self._values})

    def _changed(self, changed: Mapping[str, Any]) -> None:
        raise NotImplementedError


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


config = Config()
summary = Summary()
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
        if not other.get("reinit"):
            return active
        active.finish()
    for argument in other:
        if argument not in _UNDERSTOOD and other[argument] is not None:
            say_once(f"init {argument}", "init does not support '%s'; the argument is ignored.", argument)
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


def finish(exit_code: int | None = None, **other: Any) -> None:
    if (active := current()) is not None:
        active.finish(exit_code, **other)


def login(*_: Any, **__: Any) -> bool:
    """Does nothing: the key comes from TRAINYARD_API_KEY."""
    return True


def as_mapping(values: Any) -> dict[str, Any]:
    """A config from a mapping, an argparse namespace, pairs, or an object with attributes."""
    if values is None:
        return {}
    if isinstance(values, Mapping):
        return {str(name): value for name, value in values.items()}
    if isinstance(values, argparse.Namespace) or (hasattr(values, "__dict__") and not isinstance(values, type)):
        return {name: value for name, value in vars(values).items() if not name.startswith("_")}
    return dict(values)


def as_tags(tags: Sequence[str] | Mapping[str, str] | None) -> dict[str, str]:
    if tags is None:
        return {}
    if isinstance(tags, Mapping):
        return {str(name): str(value) for name, value in tags.items()}
    return {str(tag): "true" for tag in ([tags] if isinstance(tags, str) else tags)}

"""Configs and tags in the forms that training scripts have them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import Any

from ._notices import say_once
from ._values import Unknown


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


def as_mapping(values: Any) -> dict[str, Any]:
    """A config from a mapping, an argparse namespace, pairs, or an object with attributes."""
    if values is None or isinstance(values, Unknown):
        return {}
    if isinstance(values, Mapping):
        return {str(name): value for name, value in values.items()}
    if isinstance(values, argparse.Namespace) or (hasattr(values, "__dict__") and not isinstance(values, type)):
        return {name: value for name, value in vars(values).items() if not name.startswith("_")}
    try:
        return dict(values)
    except (TypeError, ValueError):
        say_once("config", "A config must be a mapping or an object with attributes, not a %s; it is not stored.", type(values).__name__)
        return {}


def as_tags(tags: Sequence[str] | Mapping[str, str] | None) -> dict[str, str]:
    if tags is None:
        return {}
    if isinstance(tags, Mapping):
        return {str(name): str(value) for name, value in tags.items()}
    return {str(tag): "true" for tag in ([tags] if isinstance(tags, str) else tags)}

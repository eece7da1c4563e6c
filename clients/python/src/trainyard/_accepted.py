"""Stand-ins for names of other trackers that this package does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ._notices import say_once
from ._values import Unknown


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

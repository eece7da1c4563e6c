"""Converts logged values to JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Union

from ._limits import CONFIG_DEPTH, NAME_CHARACTERS
from ._notices import say_once

Number = Union[float, int]
_PLAIN = frozenset((float, int))


class Unknown:
    """A value that is no number and that nothing is said about: media, and names of other trackers that are not stored."""


def snapshot(metrics: Mapping[str, Any]) -> dict[str, Number]:
    """Copies the numbers now, because a tensor may be changed in place later."""
    values = dict(metrics)
    for name, value in values.items():
        if type(value) not in _PLAIN or type(name) is not str:
            return _convert(metrics)
    return values


def _convert(metrics: Mapping[Any, Any], prefix: str = "") -> dict[str, Number]:
    values: dict[str, Number] = {}
    for key, value in metrics.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            values.update(_convert(value, f"{name}/"))
        elif (number := as_number(value)) is not None:
            values[name] = number
        elif value is not None and not _is_unknown(value):
            kind = type(value).__name__
            say_once(f"value {kind}", "'%s' is a %s and not a number; values of that type are not stored.", name, kind)
    return values


def _is_unknown(value: Any) -> bool:
    return isinstance(value, Unknown) or isinstance(value, (list, tuple)) and all(isinstance(item, Unknown) for item in value)


def as_number(value: Any) -> Number | None:
    """The number of a scalar, a one-element tensor or array, or anything with __float__; None for others."""
    if type(value) in _PLAIN:
        return value  # type: ignore[no-any-return]
    if isinstance(value, (str, bytes)):
        return None
    try:
        item = getattr(value, "item", None)
        plain = item() if callable(item) else value
        return plain if type(plain) in _PLAIN else float(plain)
    except (TypeError, ValueError, RuntimeError):
        return None
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def json_number(value: Number) -> Number | str:
    """The number, or the string for NaN and infinities, which JSON lacks."""
    try:
        if math.isfinite(value):
            return value
    except OverflowError:
        return "Infinity" if value > 0 else "-Infinity"
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def clean_text(text: str) -> str:
    """The text without what the server does not store: U+0000, and halves of surrogate pairs, as in undecodable file names."""
    if text.isascii():
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def series_name(name: str) -> str:
    """The name without invalid characters, cut to the maximum length."""
    cleaned = "".join(" " if character < " " else character for character in clean_text(name)).strip() or "unnamed"
    if len(cleaned) > NAME_CHARACTERS:
        say_once(f"name {cleaned}", "A metric's name has %d characters; it is cut to %d.", len(cleaned), NAME_CHARACTERS)
    return cleaned[:NAME_CHARACTERS]


def as_json(value: Any, depth: int = 0) -> Any:
    """A config as JSON: numbers as numbers, and types without a JSON form as text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) or depth >= CONFIG_DEPTH:
        return clean_text(str(value))
    if isinstance(value, Mapping):
        return {clean_text(str(key)): as_json(part, depth + 1) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_json(part, depth + 1) for part in value]
    if (number := as_number(value)) is not None:
        return json_number(number)
    if hasattr(value, "__dict__") and not isinstance(value, type) and not callable(value):
        return {name: as_json(part, depth + 1) for name, part in vars(value).items() if not name.startswith("_")}
    return clean_text(str(value))

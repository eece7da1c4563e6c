"""Images, audio and histograms of TensorBoard's event files."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Union

from ._limits import MEDIA_PER_STEP
from ._media import Audio, Histogram, Image, Media

Fields = Callable[[bytes], Iterable[tuple[int, Union[int, bytes]]]]

IMAGE, HISTOGRAM, AUDIO = 4, 5, 6
PLUGINS = frozenset(("images", "audio", "histograms"))
_FILE = 4
_LARGEST = 1e300


def of_message(kind: int, data: bytes, fields: Fields) -> list[Media]:
    """The media of a message of its own, as PyTorch writes them."""
    members = [(name, field) for name, field in fields(data) if isinstance(field, bytes)]
    if kind != HISTOGRAM:
        files = [field for name, field in members if name == _FILE]
        return [*(Image(file) if kind == IMAGE else Audio(file) for file in files[-1:])]
    low = next((struct.unpack("<d", field)[0] for name, field in members if name == 1), 0.0)
    limits = [number for name, field in members if name == 6 for number in _doubles(field)]
    counts = [number for name, field in members if name == 7 for number in _doubles(field)]
    return _histogram(list(zip([min(low, limits[0]) if limits else low, *limits], limits, counts)))


def of_tensor(plugin: str, data: bytes, fields: Fields) -> list[Media]:
    """The media of a tensor, as TensorFlow 2 writes them."""
    members = list(fields(data))
    if plugin == "histograms":
        is_double = (1, 2) in members
        numbers: list[float] = []
        for name, field in members:
            if isinstance(field, bytes) and name in (4, 5, 6):
                numbers.extend(_doubles(field) if name == 6 or name == 4 and is_double else _floats(field))
        return _histogram([(numbers[at], numbers[at + 1], numbers[at + 2]) for at in range(0, len(numbers) - 2, 3)])
    parts = [field for name, field in members if name == 8 and isinstance(field, bytes)]
    # The width and the height come before images, labels between recordings.
    if plugin == "images":
        return [*map(Image, parts[2 : 2 + MEDIA_PER_STEP])]
    files = [part for part in parts if part[:4] in (b"RIFF", b"OggS") or part[:3] == b"ID3"]
    return [*map(Audio, files[:MEDIA_PER_STEP])]


def _histogram(bins: list[tuple[float, float, float]]) -> list[Media]:
    """Bins without width join their neighbour, and an open end is cut to the width of the bin beside it."""
    edges: list[float] = []
    counts: list[float] = []
    behind = 0.0
    for low, high, count in bins:
        if not edges:
            edges.append(low)
        if high > edges[-1]:
            edges.append(high)
            counts.append(count + behind)
            behind = 0.0
        elif counts:
            counts[-1] += count
        else:
            behind += count
    if not counts:
        value = edges[0] if edges and abs(edges[0]) < _LARGEST else 0.0
        return [Histogram(np_histogram=([behind], [value - 0.5, value + 0.5]))]
    if edges[-1] >= _LARGEST:
        edges[-1] = edges[-2] + (edges[-2] - edges[-3] if len(edges) > 2 and edges[-3] > -_LARGEST else max(1.0, abs(edges[-2])))
    if edges[0] <= -_LARGEST:
        edges[0] = edges[1] - (edges[2] - edges[1] if len(edges) > 2 else max(1.0, abs(edges[1])))
    return [Histogram(np_histogram=(counts, edges))]


def _doubles(data: bytes) -> list[float]:
    return [part[0] for part in struct.iter_unpack("<d", data[: len(data) // 8 * 8])]


def _floats(data: bytes) -> list[float]:
    return [part[0] for part in struct.iter_unpack("<f", data[: len(data) // 4 * 4])]

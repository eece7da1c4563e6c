"""Arrays of samples as WAV files, and values as histograms, with the standard library only."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Iterable, Sequence
from typing import Any

from ._limits import HISTOGRAM_BINS
from ._pixels import as_array, without_nan
from ._values import as_number, json_number

_MAX_CHANNELS = 16


def wav(samples: Any, rate: int) -> bytes:
    """A WAV file of 16 bits. Samples are floats from -1 to 1 or integers: one channel, or frames by channels.

    Raises ValueError for other shapes.
    """
    array = as_array(samples)
    if array.ndim == 2 and array.shape[0] < array.shape[1] and array.shape[0] <= _MAX_CHANNELS:
        array = array.T
    if array.ndim not in (1, 2) or array.ndim == 2 and array.shape[1] > _MAX_CHANNELS:
        raise ValueError(f"audio has the shape (frames,) or (frames, channels), not {tuple(array.shape)}")
    if array.dtype.kind == "f":
        array = (without_nan(array) * 32767).clip(-32768, 32767)
    elif array.dtype.kind in "iu":
        shift = 8 * array.dtype.itemsize - 16
        array = array >> shift if shift > 0 else array
    else:
        raise ValueError(f"audio has numbers, not {array.dtype}")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1 if array.ndim == 1 else int(array.shape[1]))
        writer.setsampwidth(2)
        writer.setframerate(int(rate))
        writer.writeframes(array.astype("<i2").tobytes())
    return file.getvalue()


def histogram_of(values: Any, bins: int) -> dict[str, Any]:
    """Counts values in bins of equal width. NaN and infinities are counted apart."""
    bins = min(max(int(bins), 1), HISTOGRAM_BINS)
    if hasattr(values, "detach") or hasattr(values, "dtype") or hasattr(values, "__array__"):
        return _of_array(as_array(values).ravel(), bins)
    finite: list[float] = []
    nans = infinities = 0
    for value in _flat(values):
        if math.isfinite(value):
            finite.append(value)
        elif math.isnan(value):
            nans += 1
        else:
            infinities += 1
    if not finite:
        return _members([0.0, 1.0], [0], nans, infinities)
    edges = _edges(min(finite), max(finite), bins)
    low, width = edges[0], (edges[-1] - edges[0]) / bins
    counts = [0] * bins
    for value in finite:
        counts[min(max(int((value - low) / width), 0), bins - 1)] += 1
    return _members(edges, counts, nans, infinities)


def counted(counts: Any, edges: Any) -> dict[str, Any]:
    """A histogram that numpy.histogram or another program has counted. Neighbours are joined if there are too many bins.

    Raises ValueError if there is not one edge more than counts.
    """
    heights, borders = [float(count) for count in _flat(counts)], [float(edge) for edge in _flat(edges)]
    if not heights or len(borders) != len(heights) + 1:
        raise ValueError(f"a histogram has one edge more than counts, not {len(borders)} and {len(heights)}")
    together = math.ceil(len(heights) / HISTOGRAM_BINS)
    joined = [sum(heights[start : start + together]) for start in range(0, len(heights), together)]
    return _members([*borders[:-1:together], borders[-1]], joined, 0, 0)


def _of_array(array: Any, bins: int) -> dict[str, Any]:
    array = array.astype("float64")
    nans = int((array != array).sum())
    finite = array[(array == array) & (abs(array) != math.inf)]
    infinities = int(array.size) - nans - int(finite.size)
    if not finite.size:
        return _members([0.0, 1.0], [0], nans, infinities)
    edges = _edges(float(finite.min()), float(finite.max()), bins)
    width = (edges[-1] - edges[0]) / bins
    places = ((finite - edges[0]) / width).astype("int64").clip(0, bins - 1)
    ordered = places.copy()
    ordered.sort()
    starts = [int(start) for start in ordered.searchsorted(list(range(bins + 1)))]
    return _members(edges, [after - before for before, after in zip(starts, starts[1:])], nans, infinities)


def _edges(low: float, high: float, bins: int) -> list[float]:
    margin = max(0.5, abs(low) * 1e-6)
    width = (high - low) / bins
    # Bins narrower than the numbers are apart would have no width.
    if not (low + width > low and high - width < high and math.isfinite(width)):
        middle = low / 2 + high / 2
        half = max(margin, high / 2 - low / 2)
        low, high = middle - half, middle + half
    if not math.isfinite(high - low):
        low, high = low / 4, high / 4
    return [low + (high - low) / bins * index for index in range(bins)] + [high]


def _members(edges: Sequence[float], counts: Sequence[float], nans: int, infinities: int) -> dict[str, Any]:
    return {"edges": list(edges), "counts": [json_number(count) for count in counts], "nan_count": nans, "infinite_count": infinities}


def _flat(values: Any) -> Iterable[float]:
    if hasattr(values, "detach") or hasattr(values, "tolist"):
        values = as_array(values).ravel().tolist()
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise ValueError(f"values are numbers, not a {type(values).__name__}")
    for value in values:
        number = None if isinstance(value, (list, tuple)) else as_number(value)
        if number is not None:
            yield float(number)
        else:
            yield from _flat(value)

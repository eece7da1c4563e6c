"""Arrays as pixels, and pixels as PNG files, with the standard library only."""

from __future__ import annotations

import importlib
import struct
import zlib
from typing import Any, NamedTuple

# PNG's colour types by the number of channels: grey, grey with alpha, RGB, RGB with alpha.
_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_MAX_SIDE = 16_384


class Pixels(NamedTuple):
    """Rows from the top, pixel by pixel, 8 bits per channel."""

    width: int
    height: int
    channels: int
    content: bytes

    def png(self) -> bytes:
        """A PNG file. Takes about 20 ms per million pixels."""
        length = self.width * self.channels
        # Each row begins with its filter: none.
        rows = b"".join(b"\0" + self.content[start : start + length] for start in range(0, len(self.content), length))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, _COLOUR_TYPES[self.channels], 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 3)) + _chunk(b"IEND", b"")


def as_array(value: Any) -> Any:
    """A numpy array of a tensor, an array or lists. Imports numpy only if the value is not one already."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = value.float() if "bfloat16" in str(value.dtype) else value
        return value.numpy()
    if hasattr(value, "astype") and hasattr(value, "tobytes"):
        return value
    return importlib.import_module("numpy").asarray(value)


def pixels_of(value: Any, layout: str | None = None) -> Pixels:
    """Copies the pixels of an array: HxW or HxWxC, or as a layout such as CHW says. Floats are from 0 to 1.

    Without a layout, a tensor of three dimensions is CHW, as in torchvision. Raises ValueError for other shapes.
    """
    is_tensor = hasattr(value, "detach")
    array = as_array(value)
    axes = (layout or "").upper() or ("HW" if array.ndim == 2 else "CHW" if is_tensor and array.shape[0] in _COLOUR_TYPES else "HWC")
    if len(axes) != array.ndim or sorted(axes) not in (sorted("HW"), sorted("HWC")):
        raise ValueError(f"an image has the shape HxW or HxWxC, not {tuple(array.shape)} as {axes}")
    array = array.transpose([axes.index(axis) for axis in ("HWC" if "C" in axes else "HW")])
    height, width, channels = (*array.shape, 1)[:3]
    if channels not in _COLOUR_TYPES or not 0 < height <= _MAX_SIDE or not 0 < width <= _MAX_SIDE:
        raise ValueError(f"an image has 1 to 4 channels and 1 to {_MAX_SIDE} pixels a side, not {height}x{width}x{channels}")
    return Pixels(int(width), int(height), int(channels), _bytes(array).tobytes())


def _bytes(array: Any) -> Any:
    kind = array.dtype.kind
    if kind == "b":
        return array.astype("uint8") * 255
    if kind == "f":
        array = without_nan(array)
        scale = 255 if not array.size or array.max() <= 1 else 1
        return (array * scale + 0.5).clip(0, 255).astype("uint8")
    if kind not in "iu":
        raise ValueError(f"an image has numbers, not {array.dtype}")
    return array if array.dtype.itemsize == 1 and kind == "u" else array.clip(0, 255).astype("uint8")


def without_nan(array: Any) -> Any:
    """A copy with 0 for NaN, the one number that differs from itself."""
    copy = array.astype("float64")
    copy[copy != copy] = 0
    return copy


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

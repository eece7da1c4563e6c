"""What a run logs besides numbers: images, audio, histograms and texts; tables are in _table."""

from __future__ import annotations

import base64
import hashlib
import io
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ._limits import CAPTION_CHARACTERS, INLINE_BYTES, MEDIA_TEXT_CHARACTERS
from ._notices import say_once
from ._pixels import Pixels, pixels_of
from ._samples import counted, histogram_of, wav
from ._values import Unknown, clean_text

class Media(Unknown):
    """Something to log besides numbers. What can't be converted is named once in the script's output, and not logged."""

    kind = ""

    def __init__(self, caption: str | None = None) -> None:
        self.caption = clean_text(str(caption))[:CAPTION_CHARACTERS] if caption is not None else None
        self.is_valid = True

    def content(self) -> Any:
        """The content of the event, encoded now; bytes of a file if it is too large for an event."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about."""
        return 0

    def snapshot(self) -> Media:
        """The media as it is now, if the script may change it later."""
        return self

    def _try(self, convert: Callable[[], Any]) -> Any:
        try:
            return convert()
        except (AttributeError, ImportError, OSError, TypeError, ValueError) as fault:
            kind = type(self).__name__
            say_once(f"media {kind} {fault}", "A value can't be made a trainyard.%s and is not logged: %s", kind, fault)
            self.is_valid = False
            return None


class _FileMedia(Media):
    """A file: given as path or bytes, or encoded on the thread that sends it."""

    def __init__(self, caption: str | None) -> None:
        super().__init__(caption)
        self._file: bytes | None = None

    @property
    def file(self) -> bytes:
        return self._file or b""

    @property
    def size(self) -> int:
        return len(self._file or b"")

    def content(self) -> str | bytes:
        file = self.file
        return base64.b64encode(file).decode() if len(file) <= INLINE_BYTES else file



class Image(_FileMedia):
    """A picture: a path, the bytes of a PNG, JPEG, GIF or WebP file, an array, a tensor, or an image or figure of PIL or matplotlib.

    An array has the shape HxW, HxWx3 or HxWx4, of bytes or of floats from 0 to 1; a tensor of three dimensions is CxHxW.
    """

    kind = "image"

    def __init__(
        self, data_or_path: Any, mode: str | None = None, caption: str | None = None, *, layout: str | None = None, **_: Any
    ) -> None:
        super().__init__(caption)
        self._pixels: Pixels | None = None
        self._try(lambda: self._take(data_or_path, layout))

    @property
    def file(self) -> bytes:
        if self._file is None and self._pixels is not None:
            self._file, self._pixels = self._pixels.png(), None
        return self._file or b""

    @property
    def size(self) -> int:
        return len(self._pixels.content) if self._pixels is not None else super().size

    def _take(self, data: Any, layout: str | None) -> None:
        if isinstance(data, Image):
            self._file, self._pixels, self.is_valid = data._file, data._pixels, data.is_valid
            self.caption = self.caption or data.caption
        elif isinstance(data, (str, os.PathLike, bytes, bytearray)):
            self._file = _file_of(data)
        elif hasattr(data, "savefig"):
            self._file = _saved(lambda file: data.savefig(file, format="png"))
        elif hasattr(data, "save") and hasattr(data, "getbands"):
            self._file = _saved(lambda file: data.save(file, format="PNG"))
        else:
            self._pixels = pixels_of(data, layout)


class Audio(_FileMedia):
    """A recording: a path, the bytes of a WAV, MP3 or Ogg file, or an array of samples with its sample rate.

    Samples are floats from -1 to 1 or integers: one channel, or frames by channels.
    """

    kind = "audio"

    def __init__(self, data_or_path: Any, sample_rate: int | None = None, caption: str | None = None, **_: Any) -> None:
        super().__init__(caption)
        self._file = self._try(lambda: self._convert(data_or_path, sample_rate))

    def _convert(self, data: Any, sample_rate: int | None) -> bytes:
        if isinstance(data, (str, os.PathLike, bytes, bytearray)):
            return _file_of(data)
        if sample_rate is None:
            raise ValueError("an array of samples needs sample_rate")
        return wav(data, sample_rate)


class Text(Media):
    """A text, shown as it is."""

    kind = "text"

    def __init__(self, text: Any, caption: str | None = None) -> None:
        super().__init__(caption)
        self.text = clean_text(str(text))
        if len(self.text) > MEDIA_TEXT_CHARACTERS:
            say_once("media text", "A text has %d characters; it is cut to %d.", len(self.text), MEDIA_TEXT_CHARACTERS)
            self.text = self.text[:MEDIA_TEXT_CHARACTERS]

    def content(self) -> str:
        return self.text

    @property
    def size(self) -> int:
        return len(self.text)


class Html(Text):
    """An HTML page, shown as its source: Trainyard runs nothing that was logged."""

    def __init__(self, data: Any, inject: bool = True, caption: str | None = None, **_: Any) -> None:
        if hasattr(data, "read"):
            data = data.read()
        elif isinstance(data, os.PathLike) or isinstance(data, str) and data.endswith(".html") and os.path.exists(data):
            with open(data, encoding="utf-8", errors="replace") as file:
                data = file.read()
        super().__init__(data, caption)


class Histogram(Media):
    """A distribution: values of any shape, or the counts and edges of numpy.histogram."""

    kind = "histogram"

    def __init__(self, sequence: Any = None, np_histogram: Any = None, num_bins: int = 64, caption: str | None = None) -> None:
        super().__init__(caption)
        self._members = self._try(
            lambda: counted(*np_histogram[:2]) if np_histogram is not None else histogram_of([] if sequence is None else sequence, num_bins)
        )

    def content(self) -> Mapping[str, Any]:
        return self._members or {}

    @property
    def size(self) -> int:
        return 64 * len(self.content().get("edges", ()))


def media_of(values: Mapping[Any, Any], prefix: str = "") -> Iterable[tuple[str, list[Media]]]:
    """The media among logged values, by name. A list of media has one name."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from media_of(value, f"{name}/")
        elif isinstance(value, Media):
            yield name, [value]
        elif isinstance(value, (list, tuple)) and value and all(isinstance(item, Media) for item in value):
            yield name, list(value)


@dataclass(frozen=True)
class LoggedMedia:
    """Media at a step, before it is encoded."""

    nanoseconds: int
    step: int
    name: str
    index: int
    media: Media


def upload_path(file: bytes, kind: str) -> str:
    """A path that follows from the content, so that a file sent twice is stored once."""
    known = ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"), (b"OggS", "ogg"), (b"ID3", "mp3"))
    extension = next((extension for start, extension in known if file.startswith(start)), None)
    if extension is None:
        extension = "webp" if file[8:12] == b"WEBP" else "wav" if file[8:12] == b"WAVE" else kind
    return f"media/{hashlib.sha256(file).hexdigest()[:32]}.{extension}"


def _file_of(data: Any) -> bytes:
    if isinstance(data, (bytes, bytearray)):
        return bytes(data)
    with open(data, "rb") as file:
        return file.read()


def _saved(save: Callable[[io.BytesIO], Any]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()

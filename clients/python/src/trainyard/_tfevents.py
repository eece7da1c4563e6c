"""Reads TensorBoard's event files: TFRecord around protobuf, decoding scalars, media and times."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Union

from ._media import Media, Text
from ._tfmedia import AUDIO, HISTOGRAM, IMAGE, PLUGINS, of_message, of_tensor

_HEADER_BYTES = 12
_FOOTER_BYTES = 4
_MAX_RECORD_BYTES = 64 << 20
_WIRE_VARINT, _WIRE_64, _WIRE_BYTES, _WIRE_32 = 0, 1, 2, 5
_FLOAT, _DOUBLE, _STRING = 1, 2, 7

Field = tuple[int, Union[int, bytes]]


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


class DamagedFile(Exception):
    """The file is not a valid event file from here on."""


class Value(NamedTuple):
    tag: str
    number: float | None
    media: list[Media]


class LogEvent(NamedTuple):
    """One event, and the offset of the next one."""

    wall_time: float
    step: int
    values: list[Value]
    end: int


def read_events(path: Path, offset: int = 0) -> Iterator[LogEvent]:
    """Complete events from an offset on. Stops before an event that is still being written."""
    with path.open("rb") as file:
        file.seek(offset)
        while (record := _record(file)) is not None:
            yield _event(record, file.tell())


def masked_crc(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def _record(file: BinaryIO) -> bytes | None:
    header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        return None
    length, check = struct.unpack("<QI", header)
    # The checksum of the length distinguishes damage from a file that is still growing.
    if masked_crc(header[:8]) != check or length > _MAX_RECORD_BYTES:
        raise DamagedFile(f"no record at byte {file.tell() - _HEADER_BYTES}")
    data = file.read(length)
    footer = file.read(_FOOTER_BYTES)
    if len(data) < length or len(footer) < _FOOTER_BYTES:
        return None
    if masked_crc(data) != struct.unpack("<I", footer)[0]:
        raise DamagedFile(f"the record before byte {file.tell()} has a wrong checksum")
    return data


def _event(data: bytes, end: int) -> LogEvent:
    wall_time, step = 0.0, 0
    values: list[Value] = []
    for number, field in _fields(data):
        if number == 1 and isinstance(field, bytes):
            wall_time = struct.unpack("<d", field)[0]
        elif number == 2 and isinstance(field, int):
            step = field - (1 << 64) if field >= 1 << 63 else field
        elif number == 5 and isinstance(field, bytes):
            values = [_value(part) for name, part in _fields(field) if name == 1 and isinstance(part, bytes)]
    return LogEvent(wall_time, step, values, end)


def _value(data: bytes) -> Value:
    tag, plugin = "", ""
    number: float | None = None
    text: str | None = None
    tensor = b""
    media: list[Media] = []
    for name, field in _fields(data):
        if not isinstance(field, bytes):
            continue
        if name == 1:
            tag = field.decode("utf-8", "replace")
        elif name == 2:
            number = struct.unpack("<f", field)[0]
        elif name in (IMAGE, HISTOGRAM, AUDIO):
            media = of_message(name, field, _fields)
        elif name == 8:
            number, text = _tensor(field)
            tensor = field
        elif name == 9:
            plugin = _plugin(field)
    if plugin in PLUGINS:
        media = of_tensor(plugin, tensor, _fields)
    elif plugin == "text" and text:
        media = [Text(text)]
    # A tensor of another plugin is no scalar.
    return Value(tag, number if plugin in ("", "scalars") else None, media)


def _tensor(data: bytes) -> tuple[float | None, str | None]:
    """The single number or the texts of a tensor."""
    kind, content = 0, b""
    numbers: list[float] = []
    texts: list[str] = []
    for name, field in _fields(data):
        if name == 1 and isinstance(field, int):
            kind = field
        elif name == 4 and isinstance(field, bytes):
            content = field
        elif name == 5 and isinstance(field, bytes):
            numbers.extend(part[0] for part in struct.iter_unpack("<f", field))
        elif name == 6 and isinstance(field, bytes):
            numbers.extend(part[0] for part in struct.iter_unpack("<d", field))
        elif name == 8 and isinstance(field, bytes):
            texts.append(field.decode("utf-8", "replace"))
    if kind == _STRING:
        return None, "\n".join(texts)
    form = {_FLOAT: "<f", _DOUBLE: "<d"}.get(kind)
    if form and content and len(content) == struct.calcsize(form):
        numbers = [struct.unpack(form, content)[0]]
    return (numbers[0] if form and len(numbers) == 1 else None), None


def _plugin(metadata: bytes) -> str:
    for name, field in _fields(metadata):
        if name == 1 and isinstance(field, bytes):
            return next((part.decode("utf-8", "replace") for key, part in _fields(field) if key == 1 and isinstance(part, bytes)), "")
    return ""


def _fields(data: bytes) -> Iterator[Field]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire = key & 7
        if wire == _WIRE_VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if wire == _WIRE_BYTES:
            length, at = _varint(data, at)
        elif wire in (_WIRE_64, _WIRE_32):
            length = 8 if wire == _WIRE_64 else 4
        else:
            raise DamagedFile(f"unknown wire type {wire}")
        if at + length > len(data):
            raise DamagedFile("a field is longer than its message")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise DamagedFile("a varint does not end")

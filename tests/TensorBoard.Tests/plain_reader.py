"""Prints each record of an event file as JSON: field numbers to values. Knows nothing but TFRecord and protobuf's wire form."""

import json
import struct
import sys

TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(file):
    while header := file.read(12):
        length, check = struct.unpack("<QI", header)
        assert masked_crc(header[:8]) == check, "length checksum"
        data = file.read(length)
        assert masked_crc(data) == struct.unpack("<I", file.read(4))[0], "content checksum"
        yield data


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def message(data, nested):
    """Fields of a message; `nested` says which of them are messages themselves."""
    fields, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif kind == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        else:
            length, at = varint(data, at)
            part, at = data[at : at + length], at + length
            value = message(part, nested[number]) if number in nested else part.decode("utf-8", "replace")
        fields[number] = value
    return fields


EVENT = {5: {1: {}}, 7: {}}

with open(sys.argv[1], "rb") as file:
    for record in records(file):
        print(json.dumps(message(record, EVENT)))

"""Images, audio, tables, histograms and texts: what is sent of them."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import struct
import subprocess
import sys
import wave
import zlib
from pathlib import Path
from typing import Any

import pytest

import trainyard
from conftest import SOURCE, Fake
from trainyard import Audio, Histogram, Html, Image, Table, Text, TrainingMonitor, _media, _recorder
from trainyard.tensorboard import SummaryWriter

numpy = pytest.importorskip("numpy")
wandb: Any = trainyard


def pixels(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, colour type and rows of a PNG without filters."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, header = 8, b"", ()
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        content = png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + content)
        header = struct.unpack(">IIBBBBB", content) if name == b"IHDR" else header
        data += content if name == b"IDAT" else b""
        at += 12 + length
    width, height, _, colour, *_ = header
    raw = zlib.decompress(data)
    stride = len(raw) // height
    assert all(raw[row * stride] == 0 for row in range(height))
    return width, height, colour, b"".join(raw[row * stride + 1 : (row + 1) * stride] for row in range(height))


def image(value: Any, **options: Any) -> tuple[int, int, int, bytes]:
    made = Image(value, **options)
    assert made.is_valid
    return pixels(made.file)


@pytest.fixture
def monitor(fake: Fake) -> Any:
    with TrainingMonitor("media", dashboard_url=fake.url, machine_metrics=False, capture_code=False) as monitor:
        yield monitor


def media(fake: Fake) -> list[dict[str, Any]]:
    return [event["metadata"] for event in fake.events("ml.run.media")]


def test_arrays_become_png_files() -> None:
    grey = numpy.array([[0.0, 0.5], [1.0, float("nan")]])
    assert image(grey) == (2, 2, 0, bytes([0, 128, 255, 0]))
    assert image(numpy.array([[[1, 2, 3], [4, 5, 6]]], dtype=numpy.uint8)) == (2, 1, 2, bytes([1, 2, 3, 4, 5, 6]))
    assert image(numpy.array([[True, False]])) == (2, 1, 0, bytes([255, 0]))
    assert image(numpy.array([[-5, 300]])) == (2, 1, 0, bytes([0, 255]))
    assert image(numpy.array([[0.0, 200.0]])) == (2, 1, 0, bytes([0, 200]))
    assert image(numpy.zeros((3, 5, 4)))[:3] == (5, 3, 6)
    assert image(numpy.zeros((3, 5, 2)), layout="CHW")[:3] == (2, 5, 2)
    assert image([[0.0, 1.0]]) == (2, 1, 0, bytes([0, 255]))


def test_an_array_changed_after_logging_is_sent_as_it_was(fake: Fake, monitor: TrainingMonitor) -> None:
    array = numpy.zeros((2, 2), dtype=numpy.uint8)
    table = Table(columns=["a"], data=[[1]])
    monitor.log_metrics({"picture": Image(array), "table": table}, step=1)
    array[:] = 255
    table.add_data(2)
    assert monitor.flush()
    sent = media(fake)
    assert pixels(base64.b64decode(sent[0]["content"]))[3] == bytes(4)
    assert sent[1]["content"]["rows"] == [[1]]


def test_files_and_bytes_are_sent_as_they_are(tmp_path: Path) -> None:
    content = Image(numpy.zeros((1, 1))).file
    path = tmp_path / "a.png"
    path.write_bytes(content)
    assert Image(path).file == Image(str(path)).file == Image(content).file == content


def test_figures_and_pictures_of_other_libraries_are_drawn() -> None:
    class Figure:
        def savefig(self, file: io.BytesIO, format: str) -> None:
            file.write(b"drawn as " + format.encode())

    class Picture:
        def getbands(self) -> tuple[str, ...]:
            return ("R",)

        def save(self, file: io.BytesIO, format: str) -> None:
            file.write(b"saved as " + format.encode())

    assert (Image(Figure()).file, Image(Picture()).file) == (b"drawn as png", b"saved as PNG")


def test_samples_become_wav_files() -> None:
    for samples, channels, frames in (
        (numpy.array([0.0, 1.0, -1.0, float("nan")]), 1, 4),
        (numpy.zeros((10, 2)), 2, 10),
        (numpy.zeros((1, 30)), 1, 30),
        (numpy.array([1, 2], dtype=numpy.int16), 1, 2),
        (numpy.array([1 << 16], dtype=numpy.int32), 1, 1),
    ):
        with wave.open(io.BytesIO(Audio(samples, sample_rate=8000).file)) as file:
            assert (file.getnchannels(), file.getnframes(), file.getframerate()) == (channels, frames, 8000)


def test_values_are_counted_with_what_no_bin_can_hold() -> None:
    values = [0.0, 1.0, 2.0, 3.0, float("nan"), float("inf"), float("-inf")]
    for given in (values, numpy.array(values), [values[:3], values[3:]]):
        made = Histogram(given, num_bins=2).content()
        assert made == {"edges": [0.0, 1.5, 3.0], "counts": [2, 2], "nan_count": 1, "infinite_count": 2}
    for odd in ([], [5.0], [1e308, -1e308], [0.0, 5e-324], [float("nan")], [2**60, 2**60 + 1]):
        made = Histogram(odd).content()
        edges = made["edges"]
        assert sum(made["counts"]) + made["nan_count"] == len(odd)
        assert all(before < after for before, after in zip(edges, edges[1:]))
        assert Histogram(numpy.array(odd, dtype=float)).content()["counts"] == made["counts"]


def test_a_counted_histogram_is_joined_to_what_the_server_takes() -> None:
    assert Histogram(np_histogram=([1, 2], [0, 1, 2])).content()["counts"] == [1, 2]
    made = Histogram(np_histogram=numpy.histogram(numpy.arange(5000), bins=1500)).content()
    assert len(made["counts"]) <= 512 and sum(made["counts"]) == 5000 and len(made["edges"]) == len(made["counts"]) + 1


def test_tables_are_made_row_by_row_or_from_frames(caplog: pytest.LogCaptureFixture) -> None:
    table = Table(columns=["n", "text"])
    table.add_data(numpy.float32(0.5), "a")
    table.add_data(float("nan"), None, "too much")
    table.add_column("more", [True, object])
    rows = table.content()["rows"]
    assert rows[0] == [0.5, "a", True] and rows[1][:2] == ["NaN", None] and "object" in rows[1][2]

    class Frame:
        columns = ("a", "b")
        values = numpy.array([[1, 2], [3, 4]])

    assert Table(dataframe=Frame()).content() == {"columns": ["a", "b"], "rows": [[1, 2], [3, 4]]}
    assert len(Table(columns=["x"], data=[["y"]] * 20_000).content()["rows"]) == 10_000
    large = Table(columns=["x"], data=[["語" * 10_000]] * 100).content()
    assert 0 < len(large["rows"]) < 100 and len(json.dumps(large)) < 2_000_000


def test_media_are_logged_beside_numbers(fake: Fake, monitor: TrainingMonitor) -> None:
    monitor.log_metrics(
        {"loss": 0.5, "examples": [Image(numpy.zeros((1, 1)), caption="a cat"), Image(numpy.ones((1, 1)))], "val": {"note": Text("hi\0")}}
    )
    monitor.log_media("page", Html("<b>x</b>"))
    monitor.log_metrics({"only": Text("text")})
    assert monitor.flush()
    assert [(one["name"], one["kind"], one["step"], one.get("index"), one.get("caption")) for one in media(fake)] == [
        ("examples", "image", 0, None, "a cat"),
        ("examples", "image", 0, 1, None),
        ("val/note", "text", 0, None, None),
        ("page", "text", 0, None, None),
        ("only", "text", 1, None, None),
    ]
    assert [event["measurements"] for event in fake.events("ml.run.metric")] == [{"loss": 0.5}]
    assert media(fake)[2]["content"] == "hi\N{REPLACEMENT CHARACTER}"


def test_a_script_written_for_wandb_logs_media_unchanged(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINYARD_URL", fake.url)
    with wandb.init(project="p", save_code=False):
        wandb.log({"examples": [wandb.Image(numpy.zeros((2, 2, 3)), caption="c")], "loss": 1}, step=3)
        wandb.log({"audio": wandb.Audio(numpy.zeros(10), sample_rate=8000, caption="hum")}, commit=False)
        wandb.log({"table": wandb.Table(columns=["a"], data=[[1]]), "weights": wandb.Histogram(numpy.arange(10))})
        wandb.log({"html": wandb.Html("<b>x</b>"), "h": wandb.Histogram(np_histogram=numpy.histogram([1, 2]))})
    assert [(one["kind"], one["step"]) for one in media(fake)] == [
        ("image", 3), ("audio", 4), ("table", 4), ("histogram", 4), ("text", 5), ("histogram", 5),
    ]  # fmt: skip


def test_a_large_file_is_uploaded_before_the_event_that_names_it(
    fake: Fake, monitor: TrainingMonitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_media, "INLINE_BYTES", 100)
    noise = numpy.random.default_rng(1).integers(0, 255, (20, 20), dtype=numpy.uint8)
    monitor.log_metrics({"large": Image(noise)}, step=1)
    assert monitor.flush()
    event = media(fake)[-1]
    uploads = [(at, path, body) for at, (method, path, _, body) in enumerate(fake.requests) if method == "PUT"]
    assert len(uploads) == 1 and "content" not in event
    at, path, body = uploads[0]
    assert path.endswith(event["path"]) and event["path"].startswith("media/") and event["path"].endswith(".png")
    assert pixels(body)[3] == noise.tobytes()
    assert all(b"ml.run.media" not in body for _, _, _, body in fake.requests[:at])


def test_an_upload_waits_for_a_run_that_the_server_does_not_know_yet(
    fake: Fake, monitor: TrainingMonitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_media, "INLINE_BYTES", 10)
    monkeypatch.setattr("trainyard._sender.UPLOAD_PAUSE_SECONDS", 0.0)
    refused = (404, b'{"code":"RUN_NOT_FOUND","message":"There is no run."}')

    def answer(number: int, body: bytes) -> tuple[int, bytes]:
        uploads = sum(method == "PUT" for method, *_ in fake.requests)
        return refused if fake.requests[-1][0] == "PUT" and uploads <= 2 else (202, b"{}")

    fake.answer = answer
    monitor.log_metrics({"large": Image(numpy.zeros((9, 9)))}, step=1)
    assert monitor.flush()
    assert sum(method == "PUT" for method, *_ in fake.requests) == 3
    assert len(media(fake)) == 1 and monitor.last_error is None


def test_media_that_wait_go_to_disk_and_are_sent_later(fake: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("trainyard._outbox.MEMORY_BYTES", 5_000)
    fake.answer = lambda number, body: (503, b"{}")
    noise = numpy.random.default_rng(1).integers(0, 255, (40, 40), dtype=numpy.uint8)
    monkeypatch.setattr(_recorder, "EXIT_SECONDS", 0.1)
    monitor = TrainingMonitor(
        "m", dashboard_url=fake.url, machine_metrics=False, capture_code=False, directory=tmp_path / "kept"
    )
    for step in range(20):
        monitor.log_media("picture", Image(noise), step)
    monitor._recorder._collect()
    assert monitor._recorder.outbox._memory_bytes <= 5_000
    monitor._recorder.close(0.1)
    fake.answer = lambda number, body: (202, b"{}")
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "TRAINYARD_URL": fake.url}
    subprocess.run([sys.executable, "-m", "trainyard", "sync", str(tmp_path / "kept")], env=environment, check=True, capture_output=True)
    accepted = {one["step"]: one for one in media(fake)}
    assert sorted(accepted) == list(range(20))
    assert all(pixels(base64.b64decode(one["content"]))[3] == noise.tobytes() for one in accepted.values())


def test_what_can_not_be_converted_is_said_once_and_stops_nothing(
    fake: Fake, monitor: TrainingMonitor, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.WARNING, "trainyard")
    for _ in range(2):
        monitor.log_metrics(
            {
                "loss": 1,
                "a": Image(tmp_path / "missing.png"),
                "b": Image(numpy.zeros((2, 2, 9))),
                "c": Image(numpy.array(["text"])),
                "d": Audio(numpy.zeros(3)),
                "e": Histogram("text"),
                "f": Histogram(np_histogram=([1, 2], [1, 2])),
                "g": [Image(object()), Text("kept")],
                "h": [Text("x"), "no media"],
            }
        )
    assert monitor.flush()
    assert [(one["name"], one["index"]) for one in media(fake)] == [("g", 1), ("g", 1)]
    said = [record.message for record in caplog.records]
    assert len(said) == len(set(said)) and sum("'h' is a list" in one for one in said) == 1
    assert sum("can't be made a trainyard.Image" in one for one in said) == 4


def test_nothing_is_kept_when_disabled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monitor = TrainingMonitor("m", mode="disabled", directory=tmp_path / "kept")
    monitor.log_media("picture", Image(numpy.zeros((2, 2))))
    monitor.finish()
    assert monitor.unsent == 0 and not (tmp_path / "kept").exists()


def test_a_summary_writer_sends_media(fake: Fake, monitor: TrainingMonitor) -> None:
    writer = SummaryWriter("runs/x", monitor=monitor)
    writer.add_image("image", numpy.zeros((3, 4, 5)), 1)
    writer.add_image("image", numpy.zeros((4, 5)), 2, dataformats="HW")
    writer.add_images("images", numpy.zeros((2, 3, 4, 5)), 1)
    writer.add_images("images", numpy.zeros((4, 5, 3, 2)), 2, dataformats="HWCN")
    writer.add_histogram("weights", numpy.arange(100), 1)
    writer.add_histogram_raw("raw", 0, 2, 2, 2, 2, [1, 2], [1, 1], 1)
    writer.add_text("text", "hello", 1)
    writer.add_audio("audio", numpy.zeros((1, 100)), 1, 8000)

    class Figure:
        def savefig(self, file: io.BytesIO, format: str) -> None:
            file.write(Image(numpy.zeros((1, 1))).file)

    writer.add_figure("figure", Figure(), 1)
    assert monitor.flush()
    sent = media(fake)
    assert [(one["name"], one["kind"], one["step"], one.get("index", 0)) for one in sent] == [
        ("image", "image", 1, 0), ("image", "image", 2, 0), ("images", "image", 1, 0), ("images", "image", 1, 1),
        ("images", "image", 2, 0), ("images", "image", 2, 1), ("weights", "histogram", 1, 0), ("raw", "histogram", 1, 0),
        ("text", "text", 1, 0), ("audio", "audio", 1, 0), ("figure", "image", 1, 0),
    ]  # fmt: skip
    assert all(pixels(base64.b64decode(one["content"]))[:2] == (5, 4) for one in sent[:6])
    assert sent[7]["content"]["edges"] == [0.0, 1.0, 2.0]

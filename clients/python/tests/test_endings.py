"""Ctrl-C again while a run ends, disks that can't be written, wrong addresses: the end is not lost, and the script does not fail."""

from __future__ import annotations

import errno
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from conftest import WAIT_SECONDS, Fake, script
from trainyard import TrainingMonitor, UsageError
from trainyard._requests import EVENTS, Request
from trainyard._settings import Settings
from trainyard._spool import Spool
from trainyard._transport import Answer
from trainyard._verdict import Verdict, judge, try_once

QUIET: dict[str, Any] = {"machine_metrics": False, "capture_code": False}

PATIENT = """
import signal, time, trainyard
signal.signal(signal.SIGINT, signal.default_int_handler)
with trainyard.TrainingMonitor("patient", directory="spool", machine_metrics=False, capture_code=False) as monitor:
    class Closing:
        def __init__(self, close):
            self.inner = close
        def close(self, *_):
            print("closing", flush=True)
            self.inner()
    {slow}
    monitor.log_metrics({{"loss": 1.0}}, 0)
    print("logged", flush=True)
    time.sleep(60)
"""


def interrupt_twice(source: str, folder: Path, url: str) -> str:
    process = script(source, folder, TRAINYARD_URL=url)
    assert process.stdout is not None
    assert process.stdout.readline() == "logged\n"
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "closing\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode != 0
    return errors


def test_ctrl_c_again_while_the_code_is_read_still_ends_the_run(fake: Fake, tmp_path: Path) -> None:
    slow = "monitor._surroundings.provenance = Closing(lambda: time.sleep(60))"
    interrupt_twice(PATIENT.format(slow=slow), tmp_path, fake.url)
    (stop,) = fake.events("ml.run.stop")
    assert stop["metadata"]["status"] == "interrupted"


def test_ctrl_c_again_while_entries_are_sent_writes_them_to_disk(fake: Fake, tmp_path: Path) -> None:
    fake.released.clear()
    slow = "sender = monitor._recorder.sender; inner = sender.close; sender.close = lambda d: (print('closing', flush=True), inner(d))"
    errors = interrupt_twice(PATIENT.format(slow=slow), tmp_path, fake.url)
    assert "trainyard sync" in errors
    events = [event for path in sorted(tmp_path.glob("**/*.request")) for event in json.loads(path.read_bytes().partition(b"\n")[2])]
    assert [event["event"] for event in events if event["event"] != "ml.run.heartbeat"] == ["ml.run.start", "ml.run.metric", "ml.run.stop"]


def test_a_status_that_is_an_end_ends_the_run_and_another_is_its_message(fake: Fake) -> None:
    with TrainingMonitor("status", dashboard_url=fake.url, **QUIET) as monitor:
        monitor.set_status("running")
        monitor.set_status("evaluating", "on 10 files")
        monitor.set_status("failed", "no more data")
        assert monitor.finished
    (stop,) = fake.events("ml.run.stop")
    assert stop["metadata"] == {"status": "failed", "message": "no more data"}
    messages = [event["metadata"].get("message") for event in fake.events("ml.run.heartbeat")]
    assert "evaluating: on 10 files" in messages


def test_checkpoints_in_a_folder_that_cannot_be_written_do_not_end_the_training(
    fake: Fake, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with TrainingMonitor.resume_or_create("blocked", blocked / "checkpoints", dashboard_url=fake.url, **QUIET) as monitor:
        assert not monitor.is_resumed
        monitor.save_checkpoint(blocked, {"loss": 1.0}, {"step": 1})
    assert [event["metadata"]["path"] for event in fake.events("ml.run.checkpoint")] == [str(blocked)]
    assert sum("can't be written" in record.message for record in caplog.records) == 1


def test_the_metadata_of_a_checkpoint_is_sent_and_does_not_change_the_run(fake: Fake, tmp_path: Path) -> None:
    metadata = {"step": 3, "note": "best so far", "optimizer": {"name": "adam"}, "hyperparams": {"lr": 9}, "attempt": 7}
    with TrainingMonitor("metadata", dashboard_url=fake.url, **QUIET) as monitor:
        monitor.save_checkpoint(tmp_path, {"loss": float("nan")}, metadata)
    (saved,) = fake.events("ml.run.checkpoint")
    sent = {"step": 3, "note": "best so far", "optimizer": {"name": "adam"}, "path": str(tmp_path), "is_best": False, "size": 0}
    assert (saved["metadata"], saved["measurements"]) == (sent, {"loss": "NaN"})


def test_a_record_of_another_run_is_named_before_it_is_replaced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("first", "second"):
        TrainingMonitor.resume_or_create(name, tmp_path, mode="disabled").finish()
    assert any("is of the run 'first' and is replaced" in record.message for record in caplog.records)


def test_a_full_disk_keeps_no_part_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "spool")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(os, "replace", full)
        spool.write(1, Request("POST", EVENTS, b"[]", "a:1", 1))
    assert [path.name for path in (tmp_path / "spool").iterdir()] == ["writer.lock"]
    spool.release()


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(202, b'{"accepted":1}'), Verdict.STORED),
        (Answer(200, b"<html>"), Verdict.LATER),
        (Answer(301, b"", None, "https://train.example/"), Verdict.LATER),
        (Answer(404, b"<html>"), Verdict.LATER),
        (Answer(404, b'{"code":"RUN_NOT_FOUND","message":"gone"}'), Verdict.REFUSED),
        (Answer(413, b"<html>"), Verdict.REFUSED),
        (Answer(400, b'{"code":"EVENT_INVALID"}'), Verdict.REFUSED),
    ],
)
def test_events_are_kept_when_another_server_answers(answer: Answer, verdict: Verdict) -> None:
    outcome = judge(answer, Request("POST", EVENTS, b"[]", "a:1", 1))
    assert outcome.verdict is verdict
    assert (answer.location or "") in outcome.reason


def test_a_request_that_http_cannot_carry_does_not_block_the_others() -> None:
    def send(request: Request) -> Answer:
        raise UnicodeEncodeError("ascii", "ü", 0, 1, "ordinal not in range(128)")

    assert try_once(send, Request("PUT", "/ü", b"", None, 1)).verdict is Verdict.REFUSED


def test_files_with_any_name_are_stored(fake: Fake) -> None:
    with TrainingMonitor("files", dashboard_url=fake.url, **QUIET) as monitor:
        monitor.log_file("notes/Ergebnis für 1.txt", b"gut")
    paths = [path for method, path, _, _ in fake.requests if method == "PUT"]
    assert paths == [f"/api/artifacts/models/{monitor.run_id}/notes/Ergebnis%20f%C3%BCr%201.txt"]


def test_a_key_from_a_file_loses_its_line_end() -> None:
    assert Settings.read(environment={"TRAINYARD_API_KEY": "a-key\n"}).api_key == "a-key"
    assert Settings.read(environment={"TRAINYARD_API_KEY": " "}).api_key is None
    for key in ("clé", "a\nb"):
        with pytest.raises(UsageError, match="TRAINYARD_API_KEY"):
            Settings.read(environment={"TRAINYARD_API_KEY": key})

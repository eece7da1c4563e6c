"""Against servers that are down, slow or refuse: the script never waits, and nothing is lost or doubled."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from pathlib import Path

import pytest

from conftest import Fake, script, wait_until
from trainyard import DeliveryError, TrainingMonitor
from trainyard._cli import main
from trainyard._limits import LONGEST_WAIT_SECONDS
from trainyard._requests import Request, encode
from trainyard._verdict import back_off


def monitor_of(url: str, folder: Path, **options: object) -> TrainingMonitor:
    options = {"machine_metrics": False, "capture_code": False, **options}
    return TrainingMonitor("delivery", dashboard_url=url, directory=folder, **options)  # type: ignore[arg-type]


@pytest.fixture
def nobody() -> str:
    """An address at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def steps(events: list[dict[str, object]]) -> list[int]:
    return [event["metadata"]["step"] for event in events if event["event"] == "ml.run.metric"]  # type: ignore[index]


def test_a_batch_is_sent_within_seconds_without_a_flush(fake: Fake, tmp_path: Path) -> None:
    with monitor_of(fake.url, tmp_path) as monitor:
        monitor.log_metrics({"loss": 1.0}, 0)
        fake.wait_for(lambda: steps(fake.events()) == [0])


def test_a_temporarily_refused_request_is_repeated_byte_for_byte_under_its_key(fake: Fake, tmp_path: Path) -> None:
    fake.answer = lambda number, body: (503, b'{"code":"OUTCOME_UNKNOWN"}') if number <= 2 else (202, b"{}")
    with monitor_of(fake.url, tmp_path) as monitor:
        monitor.log_metrics({"loss": 1.0}, 0)
        fake.wait_for(lambda: len(fake.requests) >= 3)
    first, second, third = fake.requests[:3]
    assert first[3] == second[3] == third[3]
    assert len(set(fake.idempotency_keys()[:3])) == 1
    assert len(set(fake.idempotency_keys())) == len({body for _, _, _, body in fake.requests})


def test_the_key_is_client_and_sequence(fake: Fake, tmp_path: Path) -> None:
    with monitor_of(fake.url, tmp_path) as monitor:
        for step in range(20_000):
            monitor.log_metrics({"loss": step}, step)
    clients, sequences = zip(*(key.rsplit(":", 1) for key in fake.idempotency_keys()))
    assert len(set(clients)) == 1 and [int(one) for one in sequences] == list(range(1, len(sequences) + 1))
    assert steps(fake.events()) == list(range(20_000))


def test_the_retry_delay_doubles_up_to_half_a_minute() -> None:
    assert [back_off(failures, None) for failures in range(1, 9)] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert back_off(1, 12.5) == 12.5
    assert back_off(1, 3600) == LONGEST_WAIT_SECONDS


def test_a_server_that_is_down_neither_blocks_the_loop_nor_loses_entries(
    fake: Fake, nobody: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING, "trainyard")
    begun = time.monotonic()
    monitor = monitor_of(nobody, tmp_path)
    for step in range(30_000):
        monitor.log_metrics({"loss": step}, step)
    assert time.monotonic() - begun < 10
    wait_until(lambda: monitor.last_error is not None, "the failure is not shown")
    wait_until(lambda: monitor._recorder.outbox.entries_on_disk > 20_000, "nothing is spilled")
    wait_until(lambda: monitor.unsent >= 30_000, "what is unsent is not shown")
    monitor.finish()
    assert "Training continues" in caplog.text and "trainyard sync" in caplog.text

    monkeypatch.setenv("TRAINYARD_URL", fake.url)
    assert main(["sync", str(tmp_path)]) == 0
    assert steps(fake.events()) == list(range(30_000))
    assert fake.events()[0]["event"] == "ml.run.start" and fake.events()[-1]["event"] == "ml.run.stop"
    assert not list(tmp_path.iterdir())


def test_a_slow_server_does_not_block_the_loop(fake: Fake, tmp_path: Path) -> None:
    fake.released.clear()
    with monitor_of(fake.url, tmp_path) as monitor:
        costs = []
        for step in range(20_000):
            begun = time.perf_counter()
            monitor.log_metrics({"loss": step}, step)
            costs.append(time.perf_counter() - begun)
        assert sorted(costs)[len(costs) // 2] < 50e-6
        assert max(costs) < 5
        fake.released.set()
    assert steps(fake.events()) == list(range(20_000))


def test_entries_on_disk_are_sent_when_the_server_is_back(fake: Fake, tmp_path: Path) -> None:
    up = threading.Event()
    fake.answer = lambda number, body: (202, b"{}") if up.is_set() else (503, b"{}")
    with monitor_of(fake.url, tmp_path) as monitor:
        for step in range(5_000):
            monitor.log_metrics({"loss": step}, step)
        wait_until(lambda: monitor._recorder.outbox.entries_on_disk > 3_000, "nothing is spilled")
        fake.requests.clear()
        up.set()
        wait_until(lambda: monitor.unsent == 0, "what waited is not sent")
    accepted = [json.loads(body) for _, _, _, body in fake.requests]
    assert sorted({one for events in accepted for one in steps(events)}) == list(range(5_000))
    assert not list(tmp_path.iterdir())


def test_sync_stops_at_the_first_failure_and_keeps_the_rest(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monitor_of("http://127.0.0.1:9", tmp_path, mode="offline") as monitor:
        for step in range(12_000):
            monitor.log_metrics({"loss": step}, step)
    waiting = len(list(tmp_path.glob("**/*.request")))
    fake.answer = lambda number, body: (202, b"{}") if number == 1 else (503, b"{}")
    monkeypatch.setenv("TRAINYARD_URL", fake.url)
    assert main(["sync", str(tmp_path)]) == 1
    assert len(list(tmp_path.glob("**/*.request"))) == waiting - 1


def test_sync_skips_the_folder_of_a_running_process(
    nobody: str, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"""
import time, trainyard
monitor = trainyard.TrainingMonitor("busy", dashboard_url="{nobody}", directory="spool", machine_metrics=False, capture_code=False)
for step in range(3_000):
    monitor.log_metrics({{"loss": step}}, step)
while monitor._recorder.outbox.entries_on_disk == 0:
    time.sleep(0.01)
print("spilled")
input()
"""
    process = script(source, tmp_path)
    assert process.stdout is not None and process.stdout.readline() == "spilled\n"
    monkeypatch.setenv("TRAINYARD_URL", fake.url)
    assert main(["sync", str(tmp_path / "spool")]) == 0
    assert fake.requests == []
    process.kill()
    process.communicate()
    # What was killed left what it had spilled.
    assert main(["sync", str(tmp_path / "spool")]) == 0
    assert len(fake.requests) > 0


def test_a_refused_event_is_set_aside_and_the_others_are_stored(fake: Fake, tmp_path: Path) -> None:
    fake.answer = lambda number, body: (400, b'{"code":"EVENT_INVALID","message":"no"}') if b'"step":3}' in body else (202, b"{}")
    with monitor_of(fake.url, tmp_path) as monitor:
        for step in range(6):
            monitor.log_metrics({"loss": step}, step)
    accepted = [one for _, _, _, body in fake.requests if b'"step":3}' not in body for one in steps(json.loads(body))]
    assert sorted(accepted) == [0, 1, 2, 4, 5]
    assert len(set(fake.idempotency_keys())) == len(fake.idempotency_keys())
    (kept,) = tmp_path.glob("**/refused.jsonl")
    assert json.loads(kept.read_text())["reason"] == "400 EVENT_INVALID: no"


def test_halves_have_deterministic_keys() -> None:
    request = Request("POST", "/api/events/ml", encode([{"a": number} for number in range(5)]), "run.0.x:7", 5)
    first, second = request.halves()
    assert (first.key, second.key) == ("run.0.x.7:1000002", "run.0.x.7:2000003")
    assert [one.key for one in second.halves()] == ["run.0.x.7.2000003:1000001", "run.0.x.7.2000003:2000002"]
    assert json.loads(first.body) + json.loads(second.body) == json.loads(request.body)


def test_a_wrong_key_loses_nothing(fake: Fake, tmp_path: Path) -> None:
    fake.answer = lambda number, body: (401, b'{"code":"UNAUTHORIZED","message":"The API key is wrong."}')
    with monitor_of(fake.url, tmp_path) as monitor:
        monitor.log_metrics({"loss": 1}, 0)
    assert monitor.last_error == "401 UNAUTHORIZED: The API key is wrong."
    assert len(list(tmp_path.glob("**/*.request"))) > 0


def test_the_api_key_comes_from_the_environment_and_stays_out_of_the_files(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINYARD_API_KEY", "a-key-of-a-job-0001")
    fake.answer = lambda number, body: (503, b"{}")
    with monitor_of(fake.url, tmp_path) as monitor:
        monitor.log_metrics({"loss": 1}, 0)
    assert fake.requests[0][2]["X-Api-Key"] == "a-key-of-a-job-0001"
    assert all(b"a-key-of-a-job" not in path.read_bytes() for path in tmp_path.glob("**/*") if path.is_file())


def test_strict_raises(nobody: str, tmp_path: Path) -> None:
    monitor = monitor_of(nobody, tmp_path, strict=True)
    monitor.log_metrics({"loss": 1}, 0)
    wait_until(lambda: monitor.last_error is not None, "the failure is not noticed")
    with pytest.raises(DeliveryError, match="did not accept all logged entries"):
        monitor.log_metrics({"loss": 2}, 1)
    with pytest.raises(DeliveryError):
        monitor.finish()


def test_threads_log_together(fake: Fake, tmp_path: Path) -> None:
    with monitor_of(fake.url, tmp_path) as monitor:

        def work(name: int) -> None:
            for step in range(2_000):
                monitor.log_metrics({f"m{name}": step}, step)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for number in range(8):
        values = [event["measurements"].get(f"m{number}") for event in fake.events("ml.run.metric")]
        assert [value for value in values if value is not None] == list(range(2_000))


def test_an_unwritable_disk_is_reported_and_does_not_fail_a_call(
    nobody: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with monitor_of(nobody, blocked) as monitor:
        for step in range(4_000):
            monitor.log_metrics({"loss": step}, step)
        wait_until(lambda: "can't be written" in caplog.text, "the disk is not named")
    assert "are lost" in caplog.text


def test_disabled_does_nothing(fake: Fake, tmp_path: Path) -> None:
    with monitor_of(fake.url, tmp_path, mode="disabled") as monitor:
        for step in range(1_000):
            monitor.log_metrics({"loss": 1}, step)
        assert monitor.unsent == 0
    assert fake.requests == [] and not list(tmp_path.iterdir())

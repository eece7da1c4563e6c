"""Against a real server: what is logged is stored, once, with the right end."""

from __future__ import annotations

import json
import math
import os
import signal
import struct
import sys
import urllib.request
import uuid
from pathlib import Path

import pytest

import trainyard
from conftest import SOURCE, WAIT_SECONDS, Live, script
from trainyard import TrainingMonitor
from trainyard._cli import main
from trainyard._tfevents import masked_crc


def fresh(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:8]}"


def test_a_run_with_metrics_config_and_machine(live: Live) -> None:
    with TrainingMonitor(run_name="from python", config={"lr": 0.1, "layers": [1, 2]}, dashboard_url=live.url) as monitor:
        for step in range(1200):
            monitor.log_metrics({"loss": 1 / (step + 1), "odd": math.nan if step % 2 else math.inf}, step)

    run = live.run(monitor.run_id)
    assert (run["name"], run["status"], run["config"]) == ("from python", "completed", {"lr": 0.1, "layers": [1, 2]})
    assert live.points(monitor.run_id, "loss") == [(step, 1 / (step + 1)) for step in range(1200)]
    assert live.points(monitor.run_id, "odd")[:2] == [(0, "Infinity"), (1, "NaN")]
    assert run["metrics"]["system/memory_used_bytes"] > 0
    assert run["tags"]["python"] == ".".join(map(str, sys.version_info[:3]))
    listed = [one["path"] for one in live.get(f"/artifacts/models/{monitor.run_id}")["files"]]
    assert "environment/packages.txt" in listed


def test_an_exception_marks_the_run_failed_with_its_text(live: Live) -> None:
    with pytest.raises(ZeroDivisionError), TrainingMonitor("fails", dashboard_url=live.url) as monitor:
        monitor.log_metrics({"loss": 1 / 0})

    run = live.run(monitor.run_id)
    assert (run["status"], run["message"]) == ("failed", "ZeroDivisionError: division by zero")
    assert any("Traceback" in line for level, line in live.log(monitor.run_id) if level == "error")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_marks_the_run_interrupted(live: Live, tmp_path: Path, number: signal.Signals) -> None:
    run_id = fresh("signal")
    source = f"""
import signal, time, trainyard
signal.signal(signal.SIGINT, signal.default_int_handler)  # A background job begins with it ignored.
with trainyard.TrainingMonitor("signal", run_id="{run_id}") as monitor:
    monitor.log_metrics({{"loss": 1.0}}, 0)
    monitor.flush()
    print("logged")
    time.sleep(60)
"""
    process = script(source, tmp_path, TRAINYARD_URL=live.url)
    assert process.stdout is not None and process.stdout.readline() == "logged\n"
    process.send_signal(number)
    _, errors = process.communicate(timeout=WAIT_SECONDS)

    assert live.run(run_id)["status"] == "interrupted", errors
    assert process.returncode != 0


@pytest.mark.parametrize(
    ("end", "status", "message"),
    [
        ("", "completed", None),
        ("raise ValueError('no data')", "failed", "ValueError: no data"),
        ("sys.exit(3)", "failed", "exit code 3"),
        ("sys.exit(0)", "completed", None),
    ],
)
def test_a_script_without_finish_ends_its_run_by_its_own_ending(live: Live, tmp_path: Path, end: str, status: str, message: str) -> None:
    run_id = fresh("end")
    source = f"import sys, trainyard as wandb\nwandb.init(id='{run_id}')\nwandb.log({{'a': 1}})\n{end}"
    process = script(source, tmp_path, TRAINYARD_URL=live.url)
    process.communicate(timeout=WAIT_SECONDS)

    run = live.run(run_id)
    assert (run["status"], run["message"]) == (status, message)
    assert live.points(run_id, "a") == [(0, 1)]


def test_a_run_resumes_from_its_last_checkpoint_as_a_new_attempt(live: Live, tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    with TrainingMonitor.resume_or_create("resumable", folder, dashboard_url=live.url) as first:
        assert not first.is_resumed and first.get_last_checkpoint() is None
        for step in range(6):
            first.log_metrics({"loss": float(step)}, step)
        path = folder / "three.pt"
        path.write_bytes(b"weights")
        saved = first.save_checkpoint(path, {"val_loss": 2.0}, {"step": 3, "note": "kept"})
        first.save_checkpoint("s3://bucket/four.pt", {"val_loss": 3.0}, {"step": 4})
        first.mark_best_checkpoint(saved)

    with TrainingMonitor.resume_or_create("resumable", folder, dashboard_url=live.url) as second:
        assert second.is_resumed and second.run_id == first.run_id
        last = second.get_last_checkpoint()
        assert last is not None and (last.path, last.step, last.metadata["note"]) == (str(path), 3, "kept")
        second.log_metrics({"loss": 40.0})

    run = live.run(first.run_id)
    assert (run["attempt"], run["status"]) == (2, "completed")
    assert live.points(first.run_id, "loss") == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 40)]
    checkpoints = {one["path"]: one for one in live.get(f"/runs/{first.run_id}/checkpoints")["items"]}
    assert checkpoints[str(path)]["is_best"] and checkpoints[str(path)]["size"] == 7
    assert not checkpoints["s3://bucket/four.pt"]["is_best"]


def test_an_offline_run_is_stored_once_however_often_it_is_synced(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = tmp_path / "offline"
    with TrainingMonitor("offline", mode="offline", directory=spool) as monitor:
        for step in range(1300):
            monitor.log_metrics({"loss": step}, step)
    files = {path: path.read_bytes() for path in spool.glob("**/*.request")}
    assert len(files) > 1

    monkeypatch.setenv("TRAINYARD_URL", live.url)
    assert main(["sync", str(spool)]) == 0
    assert not list(spool.glob("**/*"))
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert main(["sync", str(spool)]) == 0

    assert live.points(monitor.run_id, "loss") == [(step, step) for step in range(1300)]
    assert live.run(monitor.run_id)["status"] == "completed"


def test_one_invalid_event_does_not_block_its_batch(live: Live, tmp_path: Path) -> None:
    with TrainingMonitor("one bad", dashboard_url=live.url, directory=tmp_path, machine_metrics=False, capture_code=False) as monitor:
        monitor.log_metrics({"loss": 1.0}, 0)
        monitor._recorder.add({"event": "ml.run.nonsense", "trial_id": monitor.run_id})
        monitor.log_metrics({"loss": 2.0}, 1)

    assert live.points(monitor.run_id, "loss") == [(0, 1), (1, 2)]
    assert live.run(monitor.run_id)["status"] == "completed"
    (refused,) = tmp_path.glob("**/refused.jsonl")
    assert "ml.run.nonsense" in json.loads(refused.read_text())["body"]


def test_forked_processes_write_to_their_parents_run(live: Live, tmp_path: Path) -> None:
    run_id = fresh("forks")
    source = f"""
import multiprocessing, trainyard
monitor = trainyard.TrainingMonitor("forks", run_id="{run_id}")
def work(number):
    for step in range(200):
        monitor.log_metrics({{f"child{{number}}": step}}, step)
context = multiprocessing.get_context("fork")
for step in range(100):
    monitor.log_metrics({{"parent": step}}, step)
children = [context.Process(target=work, args=(number,)) for number in range(3)]
for child in children: child.start()
for child in children: child.join()
for step in range(100, 200):
    monitor.log_metrics({{"parent": step}}, step)
monitor.finish()
"""
    process = script(source, tmp_path, TRAINYARD_URL=live.url)
    _, errors = process.communicate(timeout=WAIT_SECONDS)

    expected = [(step, step) for step in range(200)]
    assert live.points(run_id, "parent") == expected, errors
    for number in range(3):
        assert live.points(run_id, f"child{number}") == expected, errors
    assert live.run(run_id)["status"] == "completed"


def test_ranks_of_one_job_write_to_one_run(live: Live, tmp_path: Path) -> None:
    source = """
import trainyard
with trainyard.TrainingMonitor("ranks") as monitor:
    for step in range(50):
        monitor.log_metrics({"loss": step}, step)
    print(monitor.run_id)
"""
    common = {"TRAINYARD_URL": live.url, "WORLD_SIZE": "3", "LOCAL_WORLD_SIZE": "3", "MASTER_ADDR": "localhost", "MASTER_PORT": "29500"}
    processes = [script(source, tmp_path, **common, RANK=str(rank), LOCAL_RANK=str(rank)) for rank in range(3)]
    ids = {process.communicate(timeout=WAIT_SECONDS)[0].strip() for process in processes}

    (run_id,) = ids
    expected = [(step, step) for step in range(50)]
    assert [live.points(run_id, name) for name in ("loss", "rank1/loss", "rank2/loss")] == [expected] * 3
    assert live.run(run_id)["status"] == "completed"


def test_a_script_for_another_tracker_runs_unchanged(live: Live, tmp_path: Path) -> None:
    run_id = fresh("wandb")
    source = f"""
import argparse
import trainyard as wandb
wandb.login()
config = argparse.Namespace(lr=6e-4, batch_size=12)
run = wandb.init(project="owt-{run_id}", name="gpt2-124M", id="{run_id}", config=config, tags=["baseline"], entity="team")
assert wandb.config.lr == 6e-4 and wandb.run is run
wandb.config.update({{"dropout": 0.1}}, allow_val_change=True)
wandb.define_metric("val/loss", summary="min")
wandb.watch(None, log="all")
for iter_num in range(0, 30, 10):
    values = {{"iter": iter_num, "train/loss": 3.0 - iter_num / 100, "lr": wandb.config["lr"]}}
    wandb.log({{**values, "sample": wandb.Image([[1]]), "deep": {{"a": 1}}}}, step=iter_num)
wandb.log({{"a": 1}}, step=40, commit=False)
wandb.summary["best"] = 2.5
wandb.run.summary.update({{"other": 3}})
wandb.finish()
"""
    process = script(source, tmp_path, TRAINYARD_URL=live.url)
    _, errors = process.communicate(timeout=WAIT_SECONDS)

    run = live.run(run_id)
    assert process.returncode == 0, errors
    assert (run["status"], run["name"], run["experiment_id"]) == ("completed", "gpt2-124M", f"owt-{run_id}")
    assert run["config"] == {"lr": 6e-4, "batch_size": 12, "dropout": 0.1}
    assert (run["tags"]["baseline"], run["tags"]["entity"]) == ("true", "team")
    assert live.points(run_id, "train/loss") == [(0, 3.0), (10, 2.9), (20, 2.8)]
    assert live.points(run_id, "deep/a") == [(0, 1), (10, 1), (20, 1)]
    assert (run["metrics"]["best"], run["metrics"]["other"]) == (2.5, 3)
    assert "'define_metric'" in errors
    assert [(one["name"], one["kind"], one["steps"]) for one in live.media(run_id)] == [("sample", "image", 3)]


def test_output_becomes_the_log_with_capture_output(live: Live) -> None:
    with TrainingMonitor("output", dashboard_url=live.url, capture_output=True) as monitor:
        print("step 1\nstep", 2)
        print("10%\r50%\r100%")
        print("careful", file=sys.stderr, end="")

    assert live.log(monitor.run_id) == [("info", "step 1"), ("info", "step 2"), ("info", "100%"), ("warning", "careful")]


def test_a_summary_writer_keeps_scalars_texts_and_hyperparameters(live: Live) -> None:
    from trainyard.tensorboard import SummaryWriter

    with TrainingMonitor("writer", dashboard_url=live.url) as monitor, SummaryWriter("runs/x", monitor=monitor) as writer:
        for step in range(3):
            writer.add_scalar("loss", step, step)
            writer.add_scalars("both", {"a": step, "b": -step}, step)
        writer.add_text("note", "hello", 1)
        writer.add_hparams({"lr": 0.5}, {"hparam/accuracy": 0.9})
        writer.add_histogram("weights", [1, 2], 1)

    run = live.run(monitor.run_id)
    assert live.points(monitor.run_id, "both/b") == [(0, 0), (1, -1), (2, -2)]
    assert (run["config"], run["metrics"]["hparam/accuracy"]) == ({"lr": 0.5}, 0.9)
    assert [(one["name"], one["kind"], one["last_step"]) for one in live.media(monitor.run_id)] == [
        ("note", "text", 1),
        ("weights", "histogram", 1),
    ]


def test_watch_sends_event_files_once_as_they_grow(live: Live, tmp_path: Path) -> None:
    logs = tmp_path / fresh("logs")
    file = logs / "train" / "events.out.tfevents.1.host"
    file.parent.mkdir(parents=True)
    file.write_bytes(record(0, None) + record(1, 0.5) + record(2, 0.25) + record(3, 0.125)[:20])
    experiment = logs.name
    command = ["watch", str(logs), "--once", "--url", live.url, "--state", str(tmp_path / "state"), "--experiment", experiment]
    assert main(command) == 0
    file.write_bytes(record(0, None) + record(1, 0.5) + record(2, 0.25) + record(3, 0.125))
    assert main(command) == 0
    # Without its memory it reads everything again, and nothing is doubled.
    os.remove(tmp_path / "state" / "watched.json")
    assert main(command) == 0

    (run,) = live.get(f"/runs?experiment_id={experiment}")["items"]
    assert run["name"] == "train"
    latest = live.get(f"/runs/{run['run_id']}/metrics/latest")["series"]
    assert [(one["name"], one["count"]) for one in latest] == [("loss", 3)]
    assert live.points(run["run_id"], "loss") == [(1, 0.5), (2, 0.25), (3, 0.125)]


def record(step: int, value: float | None) -> bytes:
    """A record of an event file, made by hand."""
    event = b"\x09" + struct.pack("<d", 1_790_000_000.0 + step)
    if value is None:
        event += b"\x1a\x0dbrain.Event:2"
    else:
        scalar = b"\x0a\x04loss" + b"\x15" + struct.pack("<f", value)
        summary = b"\x0a" + bytes([len(scalar)]) + scalar
        event += b"\x10" + bytes([step]) + b"\x2a" + bytes([len(summary)]) + summary
    length = struct.pack("<Q", len(event))
    return length + struct.pack("<I", masked_crc(length)) + event + struct.pack("<I", masked_crc(event))


def test_the_single_file_does_what_the_package_does(live: Live, tmp_path: Path) -> None:
    sys.path.insert(0, str(SOURCE.parent))
    try:
        import single_file
    finally:
        sys.path.pop(0)
    single_file.write(tmp_path)
    source = """
import trainyard
from trainyard.tensorboard import SummaryWriter
assert trainyard.__file__.endswith("trainyard.py"), trainyard.__file__
with trainyard.TrainingMonitor("single") as monitor:
    SummaryWriter(monitor=monitor).add_scalar("loss", 1.5, 7)
print(monitor.run_id)
"""
    process = script(source, tmp_path, TRAINYARD_URL=live.url, PYTHONPATH=str(tmp_path))
    output, errors = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 0, errors
    assert live.points(output.strip(), "loss") == [(7, 1.5)]

    offline = script(source, tmp_path, TRAINYARD_MODE="offline", TRAINYARD_DIR=str(tmp_path / "left"), PYTHONPATH=str(tmp_path))
    left, errors = offline.communicate(timeout=WAIT_SECONDS)
    command = "import runpy, sys; sys.argv = ['trainyard.py', 'sync', 'left']; runpy.run_path('trainyard.py', run_name='__main__')"
    synced = script(command, tmp_path, TRAINYARD_URL=live.url, PYTHONPATH=str(tmp_path))
    output, errors = synced.communicate(timeout=WAIT_SECONDS)
    assert synced.returncode == 0, errors
    assert live.points(left.strip(), "loss") == [(7, 1.5)]


def test_the_version_is_that_of_the_package() -> None:
    assert trainyard.__version__ == "0.1.0"


def test_media_of_every_kind_are_stored(live: Live, tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    noise = numpy.random.default_rng(1).integers(0, 255, (700, 700, 3), dtype=numpy.uint8)
    with TrainingMonitor("media", dashboard_url=live.url, machine_metrics=False, capture_code=False) as monitor:
        monitor.log_metrics({"loss": 1, "examples": [trainyard.Image(noise[:9, :9]), trainyard.Image(noise)]}, step=3)
        monitor.log_media("audio", trainyard.Audio(numpy.zeros((100, 2)), sample_rate=8000))
        monitor.log_media("table", trainyard.Table(columns=["a"], data=[[1], ["語"]]))
        monitor.log_media("weights", trainyard.Histogram(numpy.array([0.0, 1.0, numpy.nan])))
        monitor.log_media("text", trainyard.Text("語 <b>"))

    assert monitor.unsent == 0 and monitor.last_error is None
    assert [(one["name"], one["kind"], one["items"]) for one in live.media(monitor.run_id)] == [
        ("audio", "audio", 1),
        ("examples", "image", 2),
        ("table", "table", 1),
        ("text", "text", 1),
        ("weights", "histogram", 1),
    ]
    items = live.get(f"/runs/{monitor.run_id}/media/at?name=examples&kind=image&step=7")["items"]
    assert (items[0]["width"], items[0]["path"]) == (9, None)
    # Above a mebibyte it is uploaded, and served as what it is.
    assert items[1]["path"].startswith("media/")
    with urllib.request.urlopen(f"{live.url}/api/runs/{monitor.run_id}/media/items/{items[1]['id']}") as answer:
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.read() == trainyard.Image(noise).file

"""Scripts written for other trackers: what they call is understood, or accepted and named once."""

from __future__ import annotations

import logging
import os
from typing import Any

import pytest

import trainyard
from conftest import Fake
from trainyard import TrainingMonitor
from trainyard.tensorboard import SummaryWriter

# Such scripts call names that type checkers do not know.
wandb: Any = trainyard


@pytest.fixture
def run(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TRAINYARD_URL", fake.url)
    return wandb.init(project="owt", name="first", id=wandb.util.generate_id(), config={"lr": 0.1})


def last(fake: Fake, kind: str) -> dict[str, Any]:
    # The tags of the code come at any time, with a start event that has no config.
    return [event for event in fake.events(kind) if kind != "ml.run.start" or "hyperparams" in event["metadata"]][-1]


def test_a_run_is_renamed_and_tagged_while_it_runs(run: Any, fake: Fake) -> None:
    run.name = "second"
    run.tags += ("baseline",)
    run.save()
    wandb.finish()

    start = last(fake, "ml.run.start")
    assert (start["metadata"]["name"], start["model_run_id"], start["tags"]["baseline"]) == ("second", "owt", "true")
    assert start["metadata"]["hyperparams"] == {"lr": 0.1}


def test_a_generated_id_is_an_id(run: Any) -> None:
    assert len(run.id) == 8 and run.id == wandb.run.id
    assert wandb.util.generate_id(5) != wandb.util.generate_id(5)


def test_the_folder_of_a_run_takes_its_files(run: Any) -> None:
    path = os.path.join(wandb.run.dir, "model.pt")
    with open(path, "wb") as file:
        file.write(b"weights")
    wandb.save(path)
    wandb.finish()
    assert os.path.exists(path)


def test_values_kept_back_are_logged_with_the_next_ones(run: Any, fake: Fake) -> None:
    wandb.log({"a": 1}, commit=False)
    wandb.log({"b": 2})
    wandb.log({"c": 3}, commit=False)
    wandb.finish()
    logged = [(one["metadata"]["step"], one["measurements"]) for one in fake.events("ml.run.metric")]
    assert logged == [(0, {"a": 1, "b": 2}), (1, {"c": 3})]


def test_the_config_and_the_summary_of_the_module_are_those_of_the_run(run: Any, fake: Fake) -> None:
    wandb.config.update({"epochs": 3})
    wandb.config.dropout = 0.2
    wandb.run.summary["best"] = 1.5
    wandb.summary.update({"other": 2})
    wandb.finish()
    assert last(fake, "ml.run.start")["metadata"].get("hyperparams") == {"lr": 0.1, "epochs": 3, "dropout": 0.2}
    assert last(fake, "ml.run.stop")["measurements"] == {"best": 1.5, "other": 2}


def test_an_exit_code_fails_the_run(run: Any, fake: Fake) -> None:
    wandb.finish(exit_code=2)
    assert last(fake, "ml.run.stop")["metadata"] == {"status": "failed", "message": "exit code 2"}


def test_an_alert_is_a_line_of_the_log(run: Any, fake: Fake) -> None:
    wandb.alert(title="Low accuracy", text="below 0.5", level=wandb.AlertLevel.WARN, wait_duration=300)
    run.alert("Diverged", level="ERROR")
    wandb.finish()
    assert [event["metadata"] for event in fake.events("ml.run.log")] == [
        {"level": "warning", "message": "Low accuracy: below 0.5"},
        {"level": "error", "message": "Diverged"},
    ]


def test_what_is_not_supported_is_said_once(fake: Fake, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("TRAINYARD_URL", fake.url)
    caplog.set_level(logging.WARNING, "trainyard")
    for _ in range(2):
        settings = wandb.Settings(start_method="fork")
        missing = wandb.Api().default_entity
        with wandb.init(id=missing, settings=settings, sync_tensorboard=True, config="config.yaml", magic=True) as run:
            wandb.define_metric("val/*", step_metric="epoch")
            wandb.save("model.pt")
            run.log({"loss": 1.0, "video": wandb.Video("a.mp4"), "object": wandb.Object3D("a")})
    said = [record.message for record in caplog.records]
    assert len(said) == len(set(said))
    names = ("'Settings'", "'Api'", "trainyard watch", "A config must be", "'magic'", "'define_metric'", "'save'", "'Video'", "'Object3D'")
    for name in names:
        assert sum(name in one for one in said) == 1, name
    assert [one["measurements"] for one in fake.events("ml.run.metric")] == [{"loss": 1.0}] * 2


def test_a_summary_writer_takes_the_arguments_of_torchs(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    with TrainingMonitor("writer", dashboard_url=fake.url, machine_metrics=False, capture_code=False) as monitor:
        writer = SummaryWriter("runs/x", "-comment", 5, 10, 120, ".suffix", monitor=monitor)
        writer.add_scalar("loss", 0.5, 1, 1_790_000_000.0, new_style=True, double_precision=True)
        writer.add_scalar(tag="loss", scalar_value=0.25, global_step=2, walltime=None)
        writer.add_scalars("both", {"a": 1, "b": 2}, 3, walltime=None)
        writer.add_text("note", "hello", 4, None)
        writer.add_hparams({"lr": 0.1}, {"hparam/loss": 0.2}, {"lr": [0.1, 0.2]}, "trial", 5)
        writer.add_mesh("mesh", None, 1)
        writer.add_mesh("mesh", None, 2)
        writer.flush()
        writer.close()
        assert writer.get_logdir() == "runs/x" and not monitor.finished
    logged = [(one["metadata"]["step"], one["measurements"]) for one in fake.events("ml.run.metric")]
    assert logged == [(1, {"loss": 0.5}), (2, {"loss": 0.25}), (3, {"both/a": 1, "both/b": 2})]
    assert last(fake, "ml.run.start")["metadata"]["hyperparams"] == {"lr": 0.1}
    assert last(fake, "ml.run.stop")["measurements"] == {"hparam/loss": 0.2}
    assert sum("add_mesh" in record.message for record in caplog.records) == 1
    assert last(fake, "ml.run.media")["metadata"] == {"kind": "text", "name": "note", "step": 4, "content": "hello"}

"""samples/python/external_trainer.py: told one trial, or those of a sweep, it trains them and reports."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import SAMPLES, WAIT_SECONDS, Live, script, wait_until

SECRET = "a secret of some length"


@pytest.fixture
def trainer(live: Live, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The name and address of a registered trainer."""
    process = script(SAMPLES / "external_trainer.py", tmp_path, "--port", "0", TRAINYARD_URL=live.url, TRAINER_SECRET=SECRET)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on "), process.stderr and process.stderr.read()
        name, url = f"local-{uuid.uuid4().hex[:8]}", line.split()[-1]
        live.post("/trainers", {"name": name, "url": url, "secret": SECRET})
        live.post("/experiments", {"experiment_id": name})
        yield name, url
    finally:
        process.terminate()
        process.communicate(timeout=WAIT_SECONDS)


def test_one_trial_is_trained_by_one_request(live: Live, trainer: tuple[str, str]) -> None:
    name, _ = trainer
    hyperparams = {"learning_rate": 0.2, "spectral_norm": True, "steps": 50}
    trial = live.post(f"/experiments/{name}/trials", {"trainer": name, "hyperparams": hyperparams})["trial_id"]

    wait_until(lambda: bool(live.run(trial)["status"] == "completed"), "the trial is not trained")
    run = live.run(trial)
    assert (run["experiment_id"], run["spectral_norm"], run["config"]) == (name, True, hyperparams)
    assert [step for step, _ in live.points(trial, "val_loss")] == list(range(50))


def test_a_trial_it_cannot_train_fails_and_the_next_one_is_trained(live: Live, trainer: tuple[str, str]) -> None:
    name, _ = trainer
    bad, good = (
        live.post(f"/experiments/{name}/trials", {"trainer": name, "hyperparams": {"steps": steps}})["trial_id"] for steps in ("many", 3)
    )
    wait_until(lambda: bool(live.run(good)["status"] == "completed"), "the second trial is not trained")
    run = live.run(bad)
    assert run["status"] == "failed" and run["message"].startswith("TypeError: ")


def test_a_sweep_is_trained_to_its_end(live: Live, trainer: tuple[str, str]) -> None:
    name, _ = trainer
    space = {"spectral_norm": {"type": "choice", "values": [True, False]}, "learning_rate": {"type": "choice", "values": [0.1, 0.3]}}
    objective = {"metric": "val_loss", "stat": "min"}
    sweep = {"search_space": space, "sampler": "grid", "trainer": name, "objective": objective, "base": {"steps": 100}, "max_concurrent": 4}
    live.post(f"/experiments/{name}/sweep", sweep)

    wait_until(lambda: bool(live.get(f"/experiments/{name}/sweep")["state"] == "finished"), "the sweep does not finish")
    best = live.get(f"/experiments/{name}/sweep")["best"]
    assert best["hyperparams"]["spectral_norm"] is False and best["value"] < 0.1


@pytest.mark.parametrize("headers", [{}, {"X-Trainyard-Timestamp": "1", "X-Trainyard-Signature": "sha256=00"}])
def test_a_trial_that_trainyard_did_not_sign_is_refused(trainer: tuple[str, str], headers: dict[str, str]) -> None:
    body: Any = json.dumps({"trial_id": "forged", "model_run_id": "x", "spectral_norm": False, "hyperparams": {}}).encode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(trainer[1], body, headers), timeout=WAIT_SECONDS)
    assert refused.value.code == 401
    refused.value.close()

"""samples/python/spectral_norm_study.py: a real study of a small model, by Optuna and by Trainyard."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import threading
import urllib.parse
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from conftest import SAMPLES, Live, script

LIMIT_SECONDS = 300.0


def requires(module: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(importlib.util.find_spec(module) is None, reason=f"{module} is not installed (Debian: python3-{module})")


class Mlflow:
    """The calls of MLflow's protocol, recorded."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        mlflow = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                mlflow.calls.append((self.path.removeprefix("/api/2.0/mlflow/"), body))
                run = {"info": {"run_id": f"mlflow-{len(mlflow.of('runs/create'))}"}}
                self.reply(200, {"experiment_id": "7", "run": run})

            def reply(self, status: int, body: Any) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def of(self, path: str) -> list[dict[str, Any]]:
        return [body for called, body in self.calls if called == path]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def mlflow() -> Iterator[Mlflow]:
    server = Mlflow()
    yield server
    server.close()


def study(live: Live, folder: Path, *arguments: str, **environment: str) -> tuple[str, list[dict[str, Any]]]:
    """Runs a study, and returns its output and its runs in order."""
    experiment = f"study-{uuid.uuid4().hex[:8]}"
    options = ("--experiment", experiment, "--epochs", "40", "--url", live.url, *arguments)
    process = script(SAMPLES / "spectral_norm_study.py", folder, *options, **environment)
    try:
        output, errors = process.communicate(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 0, errors
    ids = urllib.parse.parse_qs(urllib.parse.urlsplit(output.rsplit("compare: ", 1)[1].strip()).query)["runs"][0].split(",")
    runs = [live.run(run_id) for run_id in ids]
    assert all(run["experiment_id"] == experiment and run["status"] == "completed" for run in runs)
    for run in runs:
        assert [step for step, _ in live.points(run["run_id"], "val_loss")] == list(range(40))
        assert run["config"]["spectral_norm"] is run["spectral_norm"]
    return output, runs


@requires("optuna")
@requires("torch")
def test_optuna_searches_and_each_trial_is_a_run_here_and_in_mlflow(live: Live, mlflow: Mlflow, tmp_path: Path) -> None:
    output, runs = study(live, tmp_path, "--trials", "3", MLFLOW_TRACKING_URI=mlflow.url)

    assert len(runs) == 3
    assert "by=spectral_norm" in output and "best:" in output
    created = [{tag["key"]: tag["value"] for tag in body["tags"]} for body in mlflow.of("runs/create")]
    methods = ["spectral_norm" if run["spectral_norm"] else "none" for run in runs]
    experiment = runs[0]["experiment_id"]
    assert created == [
        {"trial_id": run["run_id"], "model_run_id": experiment, "constraint_method": method} for run, method in zip(runs, methods)
    ]
    assert [run["mlflow_run_id"] for run in runs] == ["mlflow-1", "mlflow-2", "mlflow-3"]
    assert [body["status"] for body in mlflow.of("runs/update")] == ["FINISHED"] * 3
    logged = [point for body in mlflow.of("runs/log-batch") for point in body.get("metrics", []) if point["key"] == "val_loss"]
    assert [point["step"] for point in logged] == list(range(40)) * 3
    groups = live.get(f"/experiments/{experiment}/compare?metric=val_loss&stat=min&by=spectral_norm")["groups"]
    assert sum(group["count"] for group in groups) == 3


@requires("torch")
def test_trainyard_searches_by_ask_and_tell(live: Live, tmp_path: Path) -> None:
    _, runs = study(live, tmp_path, "--sampler", "trainyard", "--trials", "2")

    sweep = live.get(f"/experiments/{runs[0]['experiment_id']}/sweep")
    assert (sweep["trials"]["completed"], sweep["trials"]["failed"]) == (2, 0)
    lowest = [min(value for _, value in live.points(run["run_id"], "val_loss")) for run in runs]
    assert sweep["best"]["value"] == min(lowest)

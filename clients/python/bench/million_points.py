"""How long points take from one Python process to stored: python bench/million_points.py --url http://localhost:5080

Three ways to the same server, with the same points:
  the package       TrainingMonitor.log_metrics, until the server has everything
  one by one        requests.post of one event per step, each waiting for its answer
  MLflow's protocol runs/log-batch with 1,000 values a call, as MLflow's client sends them, if the server answers it

The last two are measured with fewer points (--sample) and given as a rate.
"""

from __future__ import annotations

import argparse
import http.client
import importlib
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from trainyard import TrainingMonitor

NAMES = ("train_loss", "learning_rate", "grad_norm", "tokens_per_second")
VALUES_PER_CALL = 1_000


def values(step: int) -> dict[str, float]:
    return {name: step * 0.001 + number for number, name in enumerate(NAMES)}


def package(url: str, points: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        monitor = TrainingMonitor("million points", dashboard_url=url, directory=folder, capture_code=False, machine_metrics=False)
        began = time.perf_counter()
        for step in range(points // len(NAMES)):
            monitor.log_metrics(values(step), step)
        logged = time.perf_counter() - began
        if not monitor.flush(timeout=3_600):
            raise RuntimeError(f"{monitor.unsent} entries are unsent: {monitor.last_error}")
        stored = time.perf_counter() - began
        monitor.finish()
    print(f"the loop itself took {logged:.1f} s of {stored:.1f} s", file=sys.stderr)
    return stored


def one_by_one(url: str, points: int) -> float | None:
    try:
        requests: Any = importlib.import_module("requests")
    except ImportError:
        print("requests is not installed (Debian: python3-requests); its row is left out.", file=sys.stderr)
        return None
    run = f"one-by-one-{uuid.uuid4().hex[:8]}"
    with requests.Session() as session:
        if key := os.environ.get("TRAINYARD_API_KEY"):
            session.headers["X-Api-Key"] = key
        began = time.perf_counter()
        for step in range(points // len(NAMES)):
            event = {"event": "ml.run.metric", "trial_id": run, "metadata": {"step": step}, "measurements": values(step)}
            session.post(f"{url}/api/events/ml", json=event, timeout=60).raise_for_status()
        return time.perf_counter() - began


def log_batch(url: str, points: int) -> float | None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=60)

    def call(path: str, body: object) -> tuple[int, Any]:
        connection.request("POST", f"/api/2.0/mlflow/{path}", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if answer.status == 200 else {}

    status, created = call("experiments/create", {"name": f"bench-{uuid.uuid4().hex[:8]}"})
    if status != 200:
        print(f"{url} does not answer MLflow's protocol ({status}); its row is left out.", file=sys.stderr)
        return None
    _, answer = call("runs/create", {"experiment_id": created["experiment_id"], "start_time": time.time_ns() // 1_000_000})
    run_id = answer["run"]["info"]["run_id"]
    now = time.time_ns() // 1_000_000
    steps = VALUES_PER_CALL // len(NAMES)
    began = time.perf_counter()
    for first in range(0, points // len(NAMES), steps):
        batch = [
            {"key": name, "value": value, "step": step, "timestamp": now}
            for step in range(first, first + steps)
            for name, value in values(step).items()
        ]
        status, _ = call("runs/log-batch", {"run_id": run_id, "metrics": batch})
        if status != 200:
            raise RuntimeError(f"log-batch answered {status}")
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:5080")
    parser.add_argument("--points", type=int, default=1_000_000, help="points of the package (default: %(default)s)")
    parser.add_argument("--sample", type=int, default=20_000, help="points of the other two (default: %(default)s)")
    options = parser.parse_args()
    url = options.url.rstrip("/")
    ways: tuple[tuple[str, Callable[[str, int], float | None], int], ...] = (
        ("the package", package, options.points),
        ("requests, one by one", one_by_one, options.sample),
        ("MLflow's log-batch, 1,000 values a call", log_batch, options.sample),
    )
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("| way | points | s | points/s | s per million |\n|---|---|---|---|---|")
    for name, way, points in ways:
        if (seconds := way(url, points)) is not None:
            rate = points / seconds
            print(f"| {name} | {points:,} | {seconds:.1f} | {rate:,.0f} | {1e6 / rate:,.0f} |", flush=True)


if __name__ == "__main__":
    main()

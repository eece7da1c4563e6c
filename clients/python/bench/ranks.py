"""What the ranks of one distributed job cost: python bench/ranks.py --url http://localhost:5080 --ranks 64

Every rank is a process that logs to the same run, as torchrun would start them. Printed are the processor time and memory of a rank
beyond a rank that logs nothing (mode disabled), and the time until the server has all points.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"

RANK = """
import json, os, resource, sys, time
from trainyard import TrainingMonitor
steps, pace = int(sys.argv[1]), float(sys.argv[2])
monitor = TrainingMonitor("ranks")
sys.stdin.readline()
began, used = time.perf_counter(), time.process_time()
for step in range(steps):
    monitor.log_metrics({"loss": 1 / (step + 1), "grad_norm": 1.0}, step)
    time.sleep(pace)
looped = time.process_time() - used
monitor.finish()
seconds = time.perf_counter() - began
print(json.dumps({"loop_cpu": looped, "cpu": time.process_time() - used, "seconds": seconds, "unsent": monitor.unsent,
                  "memory_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""


def measure(url: str, ranks: int, steps: int, pace: float, mode: str) -> list[dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        common = {
            **os.environ, "PYTHONPATH": str(SOURCE), "TRAINYARD_URL": url, "TRAINYARD_DIR": folder, "TRAINYARD_MODE": mode,
            "TRAINYARD_RUN_ID": f"ranks-{uuid.uuid4().hex[:8]}", "WORLD_SIZE": str(ranks), "LOCAL_WORLD_SIZE": str(ranks),
        }  # fmt: skip
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", RANK, str(steps), str(pace)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                env={**common, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            )
            for rank in range(ranks)
        ]  # fmt: skip
        # Python's own start is not measured.
        time.sleep(ranks * 0.2)
        for process in processes:
            if process.stdin is not None:
                process.stdin.write("\n")
                process.stdin.flush()
        return [json.loads(process.communicate()[0]) for process in processes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:5080")
    parser.add_argument("--ranks", type=int, default=64)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--pace", type=float, default=0.02, help="seconds between two steps (default: %(default)s)")
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {options.ranks} ranks, {options.steps} steps of 2 values each")
    print("| mode | ms of processor a rank | of it in the loop | MB a rank | s until finished (slowest) | unsent |")
    print("|---|---|---|---|---|---|")
    for mode in ("disabled", "online"):
        ranks = measure(options.url.rstrip("/"), options.ranks, options.steps, options.pace, mode)
        cpu, loop = (1000 * statistics.median(rank[name] for rank in ranks) for name in ("cpu", "loop_cpu"))
        memory = statistics.median(rank["memory_kb"] for rank in ranks) / 1024
        slowest, unsent = max(rank["seconds"] for rank in ranks), int(sum(rank["unsent"] for rank in ranks))
        print(f"| {mode} | {cpu:.0f} | {loop:.0f} | {memory:.0f} | {slowest:.1f} | {unsent} |", flush=True)


if __name__ == "__main__":
    main()

"""What a call of log_metrics costs the training loop: python bench/log_cost.py [--url http://localhost:5080]

Measured with a server that is up (at --url, or a local one that accepts everything), down, or slow (seconds per answer).
"Paced" calls come a thousand a second, between other work, as in a fast loop; "flat out" calls come one after another.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from trainyard import TrainingMonitor

SLOW_SECONDS = 3.0
PACE_SECONDS = 0.001
METRICS = {"train_loss": 2.31, "learning_rate": 0.0003, "tokens_per_second": 51_200.0}


@contextmanager
def server(answer_seconds: float) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(answer_seconds)
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_POST

        def log_message(self, *_: object) -> None:
            return None

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}"
    finally:
        listening.shutdown()
        listening.server_close()


Call = Callable[[Mapping[str, float], int], object]


def time_calls(call: Call, calls: int, pace: float) -> list[int]:
    costs = [0] * calls
    clock = time.perf_counter_ns
    for step in range(calls):
        started = clock()
        call(METRICS, step)
        costs[step] = clock() - started
        work_until = started + int(pace * 1e9)
        while clock() < work_until:
            pass
    return costs


def measure(url: str, calls: int, pace: float) -> list[int]:
    with tempfile.TemporaryDirectory() as folder:
        monitor = TrainingMonitor("log cost", dashboard_url=url, directory=folder, capture_code=False)
        costs = time_calls(monitor.log_metrics, calls, pace)
        monitor.finish()
    return costs


def copy_only(metrics: Mapping[str, float], step: int) -> object:
    """The minimum work of a call: copy the values and read the clock."""
    return dict(metrics), time.time_ns()


def report(name: str, kind: str, costs: list[int]) -> None:
    costs.sort()
    shown = [costs[int(len(costs) * part)] / 1000 for part in (0.5, 0.99, 0.999)]
    mean = statistics.fmean(costs) / 1000
    print(f"| {name} | {len(costs):,} {kind} | {shown[0]:.2f} | {shown[1]:.2f} | {shown[2]:.2f} | {mean:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a running Trainyard; without it, a local server that accepts everything")
    parser.add_argument("--calls", type=int, default=200_000, help="calls flat out (default: %(default)s); a fiftieth of them paced")
    options = parser.parse_args()
    print("| server | calls | p50 µs | p99 µs | p99.9 µs | mean µs |\n|---|---|---|---|---|---|")
    for kind, calls, pace in (("paced", options.calls // 50, PACE_SECONDS), ("flat out", options.calls, 0.0)):
        report("none: copy and clock", kind, time_calls(copy_only, calls, pace))
    with server(0.0) as local, server(SLOW_SECONDS) as slow:
        for name, url in (("up", options.url or local), ("down", "http://127.0.0.1:9"), ("slow", slow)):
            for kind, calls, pace in (("paced", options.calls // 50, PACE_SECONDS), ("flat out", options.calls, 0.0)):
                report(name, kind, measure(url, calls, pace))


if __name__ == "__main__":
    main()

"""A registered trainer: Trainyard tells it a trial, and it trains the trial and reports through the trainyard package.

    TRAINER_SECRET=at-least-sixteen-characters python samples/python/external_trainer.py --port 8400

Trainyard posts to this machine only if it may: start it with OUTBOUND__ALLOWED_NETWORKS=127.0.0.0/8. Register the trainer once, then
start one trial, or a sweep with "trainer": "local":

    curl -X POST localhost:5080/api/trainers -H 'Content-Type: application/json' \\
      -d '{"name": "local", "url": "http://127.0.0.1:8400/train", "secret": "at-least-sixteen-characters"}'
    curl -X POST localhost:5080/api/experiments -H 'Content-Type: application/json' -d '{"experiment_id": "outside"}'
    curl -X POST localhost:5080/api/experiments/outside/trials -H 'Content-Type: application/json' \\
      -d '{"trainer": "local", "hyperparams": {"learning_rate": 0.1, "spectral_norm": true}}'

TRAINYARD_URL and TRAINYARD_API_KEY name the server and the key. Replace train() by your own. Accepted trials wait in memory: a trial
that is lost with the process fails after TRAINERS__START_WITHIN_SECONDS.
"""

import argparse
import hashlib
import hmac
import json
import os
import queue
import random
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from trainyard import TrainingMonitor

OLDEST_SECONDS = 300
LONGEST_BODY = 1_000_000


def train(monitor, learning_rate=0.1, spectral_norm=False, steps=200, **_):
    """Fits y = 3x + 1 by gradient descent. With spectral norm the weight is divided by its size, so that it can't reach 3."""
    random.seed(1)
    weight, bias = 0.1, 0.0
    for step in range(steps):
        x = random.uniform(-1, 1)
        used = weight / abs(weight) if spectral_norm else weight
        error = used * x + bias - (3 * x + 1)
        weight, bias = weight - learning_rate * error * x, bias - learning_rate * error
        # The expected loss of points from -1 to 1.
        monitor.log_metrics({"train_loss": error**2, "val_loss": (used - 3) ** 2 / 3 + (bias - 1) ** 2}, step)


class Trials(BaseHTTPRequestHandler):
    """Checks that Trainyard sent the trial, and accepts it: 202 means that it will be trained."""

    secret = b""
    waiting = queue.Queue(maxsize=1000)
    accepted = set()
    lock = threading.Lock()

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY:
            return self.answer(413)
        body = self.rfile.read(length)
        if not self.is_signed(body):
            return self.answer(401)
        trial = json.loads(body)
        with self.lock:
            # A trial whose answer was lost comes again.
            if trial["trial_id"] not in self.accepted:
                if self.waiting.full():
                    return self.answer(503)  # Trainyard sends it again later.
                self.accepted.add(trial["trial_id"])
                self.waiting.put(trial)
        return self.answer(202)

    def is_signed(self, body):
        sent_at, signature = self.headers.get("X-Trainyard-Timestamp", ""), self.headers.get("X-Trainyard-Signature", "")
        if not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > OLDEST_SECONDS:
            return False
        expected = hmac.new(self.secret, sent_at.encode() + b"." + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"sha256={expected}".encode(), signature.encode())

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, form, *values):
        print(f"{self.address_string()} {form % values}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8400)
    options = parser.parse_args()
    Trials.secret = os.environ.get("TRAINER_SECRET", "").encode()
    if len(Trials.secret) < 16:
        parser.error("TRAINER_SECRET must have at least 16 characters, the same as the registered trainer's.")
    server = ThreadingHTTPServer((options.host, options.port), Trials)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"listening on http://{options.host}:{server.server_address[1]}/train", flush=True)
    # Training has the main thread, where Ctrl-C and SIGTERM arrive: the monitor then marks the run as interrupted.
    while True:
        trial = Trials.waiting.get()
        try:
            name = ", ".join(f"{name} {value}" for name, value in trial["hyperparams"].items()) or trial["trial_id"]
            with TrainingMonitor(
                name, trial["hyperparams"], run_id=trial["trial_id"], experiment=trial["model_run_id"],
                spectral_norm=trial["spectral_norm"],
            ) as monitor:
                train(monitor, **trial["hyperparams"])
        except Exception:
            # The monitor has reported it. The next trial is not affected.
            traceback.print_exc()


if __name__ == "__main__":
    main()

"""Posts a made-up study to Trainyard: eight runs with and without spectral norm, as data for the compare page.

    python samples/python/study.py [http://localhost:5080]

Then open /compare?runs=study-0,study-1,study-2,study-3,study-4,study-5,study-6,study-7&by=spectral_norm&smoothing=0.8
"""

import json
import math
import random
import sys
import urllib.request

RUNS = 8
STEPS = 1000
EVENTS_PER_POST = 100


def post(server, events):
    request = urllib.request.Request(f"{server}/api/events/ml", json.dumps(events).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()


def events_of(run):
    norm = run % 2 == 0
    rate = [0.001, 0.003][run // 2 % 2]
    trial = {"trial_id": f"study-{run}"}
    name = f"shakespeare {'sn' if norm else 'plain'} {run}"
    yield {"event": "ml.run.start", **trial, "tags": {"team": "nlp"}, "metadata": {
        "name": name, "spectral_norm": norm, "hyperparams": {"lr": rate, "optimizer": "adamw", "seed": run, "batch_size": 16}}}
    for step in range(0, STEPS, 5):
        loss = 1.2 + (0 if norm else 0.15) + (0.1 if rate > 0.002 else 0) + 3 * math.exp(-step / 150) + random.gauss(0, 0.06)
        values = {"train_loss": loss, "learning_rate": rate * min(1, step / 50) * (1 - step / STEPS)}
        if step % 50 == 0:
            values |= {"val_loss": loss + 0.12, "accuracy": 1 / (1 + math.exp(loss - 2))}
        if (run, step) == (3, 500):
            values["train_loss"] = "NaN"
        yield {"event": "ml.run.metric", **trial, "metadata": {"step": step}, "measurements": values}
    # Run 5 keeps running, and run 6 fails.
    if run != 5:
        yield {"event": "ml.run.stop", **trial, "metadata": {"success": run != 6}}


def main():
    server = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:5080"
    random.seed(1)
    for run in range(RUNS):
        events = list(events_of(run))
        for first in range(0, len(events), EVENTS_PER_POST):
            post(server, events[first:first + EVENTS_PER_POST])


if __name__ == "__main__":
    main()

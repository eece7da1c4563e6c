"""Posts a run to Trainyard with the standard library only.

TRAINYARD_URL is the server's address; Aspire sets GATEWAY_HTTP instead. TRAINYARD_API_KEY is sent if set.
"""

import json
import math
import os
import random
import time
import urllib.error
import urllib.request
import uuid

URL = os.environ.get("TRAINYARD_URL") or os.environ.get("GATEWAY_HTTP") or "http://localhost:5080"
HEADERS = {"Content-Type": "application/json", **({"X-Api-Key": key} if (key := os.environ.get("TRAINYARD_API_KEY")) else {})}
RUN = f"sample-{uuid.uuid4().hex[:8]}"


def post(*events: dict) -> None:
    """Sends events and repeats them under the same key until Trainyard accepts them, so they are stored once."""
    body = json.dumps([{"trial_id": RUN, "source": "sample-job", **event} for event in events]).encode()
    headers = {**HEADERS, "Idempotency-Key": uuid.uuid4().hex}
    for attempt in range(60):
        try:
            urllib.request.urlopen(urllib.request.Request(f"{URL.rstrip('/')}/api/events/ml", body, headers), timeout=30).close()
            return
        except urllib.error.HTTPError as refused:
            if refused.code not in (429, 502, 503, 504):
                raise RuntimeError(refused.read().decode()) from refused
        except OSError:
            pass
        time.sleep(min(2**attempt / 10, 5))
    raise RuntimeError(f"{URL} accepted nothing for five minutes")


def main(steps: int = 200) -> None:
    hyperparams = {"lr": 0.001, "batch_size": 32}
    post({"event": "ml.run.start", "metadata": {"name": "sample job", "hyperparams": hyperparams, "spectral_norm": True}})
    for step in range(steps):
        loss = 3 * math.exp(-step / 60) + random.gauss(0.3, 0.02)
        post({"event": "ml.run.metric", "metadata": {"step": step}, "measurements": {"train_loss": loss, "perplexity": math.exp(loss)}})
        time.sleep(float(os.environ.get("SAMPLE_STEP_SECONDS", "0.1")))
    post({"event": "ml.run.stop", "metadata": {"success": True}})
    print(f"posted {steps} steps of {RUN} to {URL}")


if __name__ == "__main__":
    main(int(os.environ.get("SAMPLE_STEPS", "200")))

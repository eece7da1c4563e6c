/** Creates a run with a series of the given length, in batches, and returns its id. */
export async function fill(server, points) {
  const runId = `chart-bench-${Date.now()}`;
  await post(`${server}/api/runs`, { run_id: runId, name: runId });
  const batch = 50_000;
  for (let first = 0; first < points; first += batch) {
    const size = Math.min(batch, points - first);
    const entries = Array.from({ length: size }, (_, index) => ({ step: first + index, metrics: { train_loss: loss(first + index) } }));
    await post(`${server}/api/runs/${runId}/metrics`, entries);
  }
  return runId;
}

function loss(step) {
  return 2 + 8 / (1 + step / 20_000) + Math.random() * 0.3;
}

export async function post(address, body) {
  const response = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) {
    throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
  }
}

// docs/getting-started.md through the types that openapi-typescript makes of the document: node generated/getting-started.js ADDRESS CORPUS
import { strict as assert } from "node:assert";
import { setTimeout } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/schema.js";

const [address = "http://localhost:5080", corpus = "my-text"] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: address });

const { tokenizer_id } = given(await client.POST("/api/tokenizers/train", { body: { corpus_path: corpus, vocab_size: 512 } }));
for (let status = ""; status !== "completed"; await setTimeout(200)) {
  const path = { tokenizerId: tokenizer_id };
  status = given(await client.GET("/api/tokenizers/{tokenizerId}", { params: { path } })).status;
  assert.notEqual(status, "failed");
}

const config = { tokenizer_id, corpus_path: corpus, model_size: "nano", max_steps: 4 } as const;
const { run_id } = given(await client.POST("/api/runs/train", { body: config }));
const path = { runId: run_id };
let run: components["schemas"]["RunDetail"];
do {
  await setTimeout(200);
  run = given(await client.GET("/api/runs/{runId}", { params: { path } }));
  assert.notEqual(run.status, "failed", run.message ?? "");
} while (run.status !== "completed");
const { series } = given(await client.GET("/api/runs/{runId}/metrics", { params: { path, query: { keys: ["train_loss"] } } }));
assert.ok((series[0]?.points?.length ?? 0) > 0);
const sample = given(await client.POST("/api/runs/{runId}/generate", { params: { path }, body: { prompt: "Once upon", max_new_tokens: 5 } }));
assert.ok(typeof sample === "object" && sample.run_id === run_id);

for (let step = 0; step < 3; step++) {
  const event = { event: "ml.run.metric" as const, trial_id: "typed", metadata: { step }, measurements: { loss: Math.exp(-step) } };
  assert.equal(given(await client.POST("/api/events/ml", { body: event })).accepted, 1);
}
const refused = await client.GET("/api/runs/{runId}", { params: { path: { runId: "nothing" } } });
assert.equal(refused.error?.code, "RUN_NOT_FOUND");
console.log("done");

function given<T>({ data, error }: { data?: T; error?: { message: string } }): T {
  if (data === undefined) throw new Error(error?.message ?? "No answer.");
  return data;
}

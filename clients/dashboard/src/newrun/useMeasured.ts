import type { Schemas } from "../api/client";
import { queries } from "../api/queries";
import type { Measured } from "./estimate";
import { isGiven } from "./config";
import { isCounted, shapeOf } from "./shape";

const shapeParams = ["model_family", "model_size", "layers", "heads", "kv_heads", "dim", "max_seq_len", "tokenizer_id", "pretrained_path"];
const latest = 50;

/** The measured speed of the latest runs on this machine. */
export function useMeasured(tokenizers: readonly Schemas["TokenizerManifest"][]): readonly Measured[] {
  const { data: page } = queries.useQuery("get", "/api/runs", {
    params: {
      query: {
        limit: latest,
        filter: 'metrics.tokens_per_second > 0 and attributes.kind = "own"',
        metrics: ["tokens_per_second"],
        params: shapeParams,
      },
    },
  });
  return (page?.items ?? []).flatMap(({ metrics, params }) => {
    if (isGiven(params ?? {}) || !isCounted(params ?? {})) {
      return [];
    }
    const tokensPerSecond = metrics?.["tokens_per_second"];
    const vocabulary = tokenizers.find(({ tokenizer_id }) => tokenizer_id === params?.["tokenizer_id"])?.vocab_size;
    return typeof tokensPerSecond === "number" && vocabulary != null ? [{ shape: shapeOf(params ?? {}), vocabulary, tokensPerSecond }] : [];
  });
}

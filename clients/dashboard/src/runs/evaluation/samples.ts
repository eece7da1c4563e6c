/** A generated sample: a line of `eval/samples.jsonl`. */
export interface Sample {
  readonly timestamp: string;
  readonly step: number;
  readonly text: string;
  /** The prompt and the sampling seed; older files have neither. */
  readonly prompt: string | undefined;
  readonly seed: number | undefined;
  /** The evaluation that requested it; training generates some by itself. */
  readonly evaluation: string | undefined;
}

/** Newest samples first. An incomplete last line, from a truncated read, is skipped. */
export function samplesOf(lines: string): readonly Sample[] {
  return lines
    .split("\n")
    .flatMap((line) => sampleOf(line) ?? [])
    .reverse();
}

function sampleOf(line: string): Sample | undefined {
  try {
    const { timestamp, step, text, prompt, seed, evaluation_id: evaluation } = JSON.parse(line) as Record<string, unknown>;
    if (typeof timestamp !== "string" || typeof step !== "number" || typeof text !== "string") {
      return undefined;
    }
    return {
      timestamp,
      step,
      text,
      prompt: typeof prompt === "string" ? prompt : undefined,
      seed: typeof seed === "number" ? seed : undefined,
      evaluation: typeof evaluation === "string" ? evaluation : undefined,
    };
  } catch (fault) {
    if (fault instanceof SyntaxError) {
      return undefined;
    }
    throw fault;
  }
}

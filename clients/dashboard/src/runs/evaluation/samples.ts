/** A text a model wrote, as a line of `eval/samples.jsonl` has it. */
export interface Sample {
  readonly timestamp: string;
  readonly step: number;
  readonly text: string;
  /** What it continues, and the seed of its sampling; older files have neither. */
  readonly prompt: string | undefined;
  readonly seed: number | undefined;
  /** The evaluation that asked for it; training makes some by itself. */
  readonly evaluation: string | undefined;
}

/** The newest samples first. A line that is cut off, because the file is longer than what was read of it, is left out. */
export function samplesOf(lines: string): readonly Sample[] {
  return lines
    .split("\n")
    .flatMap((line) => sampleOf(line) ?? [])
    .reverse();
}

function sampleOf(line: string): Sample | undefined {
  try {
    const { timestamp, step, text, prompt, seed, evaluation_id: evaluation } = JSON.parse(line) as Record<string, unknown>;
    if (typeof timestamp !== "string" || typeof step !== "number" || typeof text !== "string") return undefined;
    return {
      timestamp,
      step,
      text,
      prompt: typeof prompt === "string" ? prompt : undefined,
      seed: typeof seed === "number" ? seed : undefined,
      evaluation: typeof evaluation === "string" ? evaluation : undefined,
    };
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}

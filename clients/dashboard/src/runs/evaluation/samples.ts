/** A text a model wrote, as a line of `eval/samples.jsonl` has it. */
export interface Sample {
  readonly timestamp: string;
  readonly step: number;
  readonly text: string;
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
    const { timestamp, step, text } = JSON.parse(line) as Record<string, unknown>;
    return typeof timestamp === "string" && typeof step === "number" && typeof text === "string" ? { timestamp, step, text } : undefined;
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}

import { namesOf } from "../parameters";
import type { ComparedRun } from "../useComparedRuns";
import type { Field } from "./axis";

/** What runs can be placed by: first the parameters that differ, then metrics, then the parameters that are alike. */
export function fieldsOf(runs: readonly ComparedRun[], metrics: readonly string[]): readonly Field[] {
  const { names, differing } = namesOf(runs.map(({ parameters }) => parameters));
  const params = (which: readonly string[]): readonly Field[] => which.map((name) => ({ kind: "params", name }));
  return [...params(differing), ...metrics.map((name) => ({ kind: "metrics" as const, name })), ...params(names.filter((name) => !differing.includes(name)))];
}

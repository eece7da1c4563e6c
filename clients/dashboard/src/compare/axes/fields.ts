import { namesOf } from "../parameters";
import type { ComparedRun } from "../useComparedRuns";
import type { Field } from "./axis";

/** The plottable fields: differing parameters, then metrics, then equal parameters. */
export function fieldsOf(runs: readonly ComparedRun[], metrics: readonly string[]): readonly Field[] {
  const { names, differing } = namesOf(runs.map(({ parameters }) => parameters));
  const params = (which: readonly string[]): readonly Field[] => which.map((name) => ({ kind: "params", name }));
  return [
    ...params(differing),
    ...metrics.map((name) => ({ kind: "metrics" as const, name })),
    ...params(names.filter((name) => !differing.includes(name))),
  ];
}

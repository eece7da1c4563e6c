const validation = ["val", "valid", "validation", "eval", "test", "dev"];
const training = ["train", "training"];
const rateNames = ["learning_rate", "lr", "train/learning_rate", "train/lr"];

/** The words of a metric's name: `train/totalLoss` has train, total and loss. */
const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");

/** How well a name fits as an objective, from 0; undefined if it is no loss. */
function rankOf(name: string, first: readonly string[], second: readonly string[]): number | undefined {
  const words = wordsOf(name);
  if (!words.some((word) => word.endsWith("loss"))) {
    return undefined;
  }
  const has = (of: readonly string[]): boolean => words.some((word) => of.includes(word));
  // "val/loss" before "val/aux/loss".
  const plain = words.length <= (has(first) || has(second) ? 2 : 1);
  const kind = has(first) ? 0 : has(second) ? 2 : 1;
  return (plain ? 0 : 3) + kind;
}

function bestOf(names: readonly string[], first: readonly string[], second: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly rank: number } | undefined;
  for (const name of names) {
    const rank = rankOf(name, first, second);
    if (rank !== undefined && (best === undefined || rank < best.rank)) {
      best = { name, rank };
    }
  }
  return best?.name;
}

/** The metric by which runs are judged: a validation loss, else any loss; undefined if no name says that it is a loss. */
export const objectiveOf = (names: readonly string[]): string | undefined => bestOf(names, validation, training);

/** The main curve of a run: the loss it trains on, which has the most values; else another loss, or else the first metric. */
export const curveNameOf = (names: readonly string[]): string | undefined => bestOf(names, training, validation) ?? names[0];

/** The metrics to compare runs by: training and validation loss, or else any two. */
export function usualMetrics(metrics: readonly string[]): readonly string[] {
  const losses = [objectiveOf(metrics), bestOf(metrics, training, validation)].filter((name) => name !== undefined);
  return losses.length > 0 ? metrics.filter((name) => losses.includes(name)) : metrics.slice(0, 2);
}

/** The usual names of an objective: lists of runs have to name the metrics that they show. */
export const objectiveNames: readonly string[] = [
  ...["val", "valid", "validation", "eval", "test", "train"].flatMap((word) => [
    `${word}_loss`,
    `${word}/loss`,
    `loss/${word}`,
    `${word}.loss`,
  ]),
  "loss",
];

/** The learning rate's series, or else one that is not shown yet. */
export function rateNameOf(names: readonly string[], shown: string | undefined): string | undefined {
  return (
    rateNames.find((name) => names.includes(name)) ??
    names.find((name) => /(^|[/._])(lr|learning.rate)/i.test(name)) ??
    names.find((name) => name !== shown)
  );
}

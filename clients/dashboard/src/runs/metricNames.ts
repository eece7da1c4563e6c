const lossNames = ["train_loss", "loss", "train/loss", "val_loss"];
const rateNames = ["learning_rate", "lr", "train/learning_rate", "train/lr"];

/** The main series of a run: a loss, or else the first. */
export function lossNameOf(names: readonly string[]): string | undefined {
  return lossNames.find((name) => names.includes(name)) ?? names.find((name) => name.toLowerCase().includes("loss")) ?? names[0];
}

/** The learning rate's series, or else one that is not shown yet. */
export function rateNameOf(names: readonly string[], shown: string | undefined): string | undefined {
  return (
    rateNames.find((name) => names.includes(name)) ??
    names.find((name) => /(^|[/._])(lr|learning.rate)/i.test(name)) ??
    names.find((name) => name !== shown)
  );
}

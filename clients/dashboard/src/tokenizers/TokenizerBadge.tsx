import type { Schemas } from "../api/client";

const signs = { queued: ["◌", "muted"], training: ["●", "good"], completed: ["✓", "good"], failed: ["✗", "error"] } as const;

/** A tokenizer's status and progress. */
export function TokenizerBadge({ tokenizer: { status, progress } }: { readonly tokenizer: Schemas["TokenizerManifest"] }) {
  const [sign, className] = signs[status];
  const share =
    status === "training" && typeof progress?.fraction === "number" ? ` ${Math.round(progress.fraction * 100)} % ${progress.phase}` : "";
  return (
    <span className={className}>
      [<span className={status === "training" ? "live" : undefined}>{sign}</span> {status.toUpperCase()}]{share}
    </span>
  );
}

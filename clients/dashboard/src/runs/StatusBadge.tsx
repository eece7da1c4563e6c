import type { Schemas } from "../api/client";

type Status = Schemas["RunStatus"];

const signs: Record<Status, { readonly sign: string; readonly className: string }> = {
  queued: { sign: "◌", className: "muted" },
  running: { sign: "●", className: "good" },
  completed: { sign: "✓", className: "good" },
  failed: { sign: "✗", className: "error" },
  cancelled: { sign: "■", className: "warning" },
  interrupted: { sign: "‖", className: "warning" },
  unknown: { sign: "?", className: "muted" },
};

export function StatusBadge({ status }: { readonly status: Status }) {
  const { sign, className } = signs[status];
  return (
    <span className={className}>
      [<span className={status === "running" ? "live" : undefined}>{sign}</span> {status.toUpperCase()}]
    </span>
  );
}

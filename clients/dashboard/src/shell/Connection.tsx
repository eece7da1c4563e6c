import { useConnection } from "../live/hooks";

const signs = {
  live: { text: "[● LIVE]", className: "good" },
  connecting: { text: "[◌ CONNECTING]", className: "warning" },
  waiting: { text: "[✗ DISCONNECTED, TRYING AGAIN]", className: "error" },
  paused: { text: "[‖ PAUSED]", className: "muted" },
} as const;

/** Whether what is shown is kept up to date. */
export function Connection() {
  const { text, className } = signs[useConnection()];
  return (
    <span className={className} role="status">
      {text}
    </span>
  );
}

import { useConnection } from "../live/hooks";

const signs = {
  live: { text: "[● LIVE]", className: "good" },
  connecting: { text: "[◌ CONNECTING]", className: "warning" },
  waiting: { text: "[✗ DISCONNECTED, RECONNECTING]", className: "error" },
  paused: { text: "[‖ PAUSED]", className: "muted" },
} as const;

/** The state of the live connection. */
export function Connection() {
  const { text, className } = signs[useConnection()];
  return (
    <span className={className} role="status">
      {text}
    </span>
  );
}

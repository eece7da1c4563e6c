import { useConnection, useDisconnection } from "../live/hooks";

const signs = {
  live: { text: "[● LIVE]", className: "good" },
  connecting: { text: "[◌ CONNECTING]", className: "warning" },
  waiting: { text: "[✗ DISCONNECTED, RECONNECTING]", className: "error" },
  paused: { text: "[‖ PAUSED]", className: "muted" },
} as const;

/** The state of the live connection. */
export function Connection() {
  const state = useConnection();
  const { text, className } = signs[state];
  const reason = useDisconnection();
  return (
    <span className={className} role="status">
      {text}
      {state === "waiting" && reason !== "" && ` ${reason}`}
    </span>
  );
}

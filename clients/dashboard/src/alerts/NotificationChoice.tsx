import { useState } from "react";
import { useAttempt } from "../shell/useAttempt";
import { notificationState, turnOff, turnOn } from "./notifications";

const words = {
  on: "This browser shows alerts while a page of Trainyard is open.",
  off: "This browser can show alerts while a page of Trainyard is open.",
  denied: "Notifications are blocked for this page. Allow them in the browser's address bar.",
  unknown: "This browser does not support notifications.",
} as const;

/** Turns browser notifications on or off. Asks for permission only when the user turns them on. */
export function NotificationChoice() {
  const [state, setState] = useState(notificationState);
  const { busy, attempt } = useAttempt();
  return (
    <div className="actions">
      {(state === "on" || state === "off") && (
        <button
          type="button"
          disabled={busy}
          aria-pressed={state === "on"}
          onClick={() => attempt(async () => setState(state === "on" ? turnOff() : await turnOn()))}
        >
          notifications
        </button>
      )}
      <span className="muted">{words[state]}</span>
    </div>
  );
}

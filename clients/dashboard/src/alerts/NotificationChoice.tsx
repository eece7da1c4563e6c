import { useState } from "react";
import { useAttempt } from "../shell/useAttempt";
import { notificationState, turnOff, turnOn } from "./notifications";

const words = {
  on: "It tells of alerts while a page of Trainyard is open in it.",
  off: "It can tell of alerts while a page of Trainyard is open in it.",
  denied: "It was told not to let this page notify. That can be changed beside its address.",
  unknown: "It has no notifications.",
} as const;

/** Whether this browser tells of alerts. It asks only when a person wants it. */
export function NotificationChoice() {
  const [state, setState] = useState(notificationState);
  const { busy, attempt } = useAttempt();
  return (
    <div className="actions">
      {(state === "on" || state === "off") && (
        <button type="button" disabled={busy} aria-pressed={state === "on"} onClick={() => attempt(async () => setState(state === "on" ? turnOff() : await turnOn()))}>
          notifications
        </button>
      )}
      <span className="muted">{words[state]}</span>
    </div>
  );
}

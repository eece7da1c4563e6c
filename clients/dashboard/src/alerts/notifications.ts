import type { AlertMessage } from "../live/messages";

const setting = "trainyard.notifications";

export type NotificationState = "off" | "on" | "denied" | "unknown";

/** "on" only if the user turned notifications on and the browser permits them. */
export function notificationState(): NotificationState {
  if (!("Notification" in window)) {
    return "unknown";
  }
  if (Notification.permission === "denied") {
    return "denied";
  }
  return Notification.permission === "granted" && localStorage.getItem(setting) === "on" ? "on" : "off";
}

/** Asks the browser for permission, which prompts the user. */
export async function turnOn(): Promise<NotificationState> {
  if (!("Notification" in window)) {
    return "unknown";
  }
  if ((await Notification.requestPermission()) === "granted") {
    localStorage.setItem(setting, "on");
  }
  return notificationState();
}

export function turnOff(): NotificationState {
  localStorage.removeItem(setting);
  return notificationState();
}

/** Shows a browser notification; a click on it opens the run. */
export function notify({ run_id: runId, firing_id: firingId, name, message }: AlertMessage, runName: string): void {
  if (notificationState() !== "on") {
    return;
  }
  // The same tag in all open pages, so the browser shows only one notification.
  const notification = new Notification(name == null ? runName : `${name} · ${runName}`, {
    body: message,
    tag: firingId,
    icon: "/icon.svg",
  });
  notification.onclick = () => {
    window.focus();
    location.assign(`/runs/${encodeURIComponent(runId)}`);
  };
}

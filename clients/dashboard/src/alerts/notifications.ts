import type { AlertMessage } from "../live/messages";

const setting = "trainyard.notifications";

export type NotificationState = "off" | "on" | "denied" | "unknown";

/** Whether this browser tells of alerts: only when a person asked for that, and the browser lets it. */
export function notificationState(): NotificationState {
  if (!("Notification" in window)) return "unknown";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" && localStorage.getItem(setting) === "on" ? "on" : "off";
}

/** Asks the browser, which asks the person. */
export async function turnOn(): Promise<NotificationState> {
  if (!("Notification" in window)) return "unknown";
  if ((await Notification.requestPermission()) === "granted") localStorage.setItem(setting, "on");
  return notificationState();
}

export function turnOff(): NotificationState {
  localStorage.removeItem(setting);
  return notificationState();
}

/** Tells of an alert outside the page; a click on it opens the run. */
export function tell({ run_id: runId, firing_id: firingId, name, message }: AlertMessage): void {
  if (notificationState() !== "on") return;
  // Of several open pages one notification is seen: they have the same tag.
  const notification = new Notification(name ?? `Trainyard: ${runId}`, { body: message, tag: firingId, icon: "/icon.svg" });
  notification.onclick = () => {
    window.focus();
    location.assign(`/runs/${encodeURIComponent(runId)}`);
  };
}

import { useState } from "react";
import { readKey, saveKey } from "../api/key";
import { NotificationsPanel } from "../notifications/NotificationsPanel";
import { Panel } from "./Panel";

export function SettingsPage() {
  const [saved, setSaved] = useState(false);
  return (
    <>
      <Panel title="Settings">
        <form
          className="actions"
          onSubmit={(event) => {
            event.preventDefault();
            const key = new FormData(event.currentTarget).get("key");
            saveKey(typeof key === "string" ? key.trim() : "");
            setSaved(true);
          }}
        >
          <label>
            API key <input name="key" type="password" defaultValue={readKey()} autoComplete="off" size={40} />
          </label>
          <button type="submit">Save</button>
          {saved && (
            <span className="good" role="status">
              ✓ saved in this browser; <a href="/">continue</a>
            </span>
          )}
        </form>
      </Panel>
      <NotificationsPanel />
    </>
  );
}

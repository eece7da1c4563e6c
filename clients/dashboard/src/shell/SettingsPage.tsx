import { useState } from "react";
import { NotificationsPanel } from "../notifications/NotificationsPanel";
import { KeyForm } from "./KeyForm";
import { Panel } from "./Panel";

export function SettingsPage() {
  const [saved, setSaved] = useState(false);
  return (
    <>
      <Panel title="Settings">
        <KeyForm submitLabel="Save" onSaved={() => setSaved(true)} />
        {saved && (
          <div className="notice good" role="status">
            ✓ saved in this browser; <a href="/">continue</a>
          </div>
        )}
      </Panel>
      <NotificationsPanel />
    </>
  );
}

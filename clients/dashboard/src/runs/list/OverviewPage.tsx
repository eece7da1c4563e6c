import { Panel } from "../../shell/Panel";
import { SystemPanel } from "../../system/SystemPanel";
import { EventLog } from "../../events/EventLog";
import { RunList } from "./RunList";
import styles from "./overview.module.css";

/** The list of runs and the event log. */
export const OverviewPage = () => (
  <div className={styles["overview"]}>
    <RunList />
    <div className={styles["aside"]}>
      <Panel title="System">
        <SystemPanel />
      </Panel>
      <Panel title="Events">
        <EventLog />
      </Panel>
    </div>
  </div>
);

import { Panel } from "../shell/Panel";
import { Firings } from "./Firings";
import { NewAlertForm } from "./NewAlertForm";
import { NotificationChoice } from "./NotificationChoice";
import { Rules } from "./Rules";

/** Alert rules and firings. The server evaluates rules, whether this page is open or not. */
export const AlertsPage = () => (
  <div className="columns">
    <div className="aside">
      <Panel title="New rule">
        <NewAlertForm />
      </Panel>
      <Panel title="Rules">
        <Rules />
      </Panel>
      <Panel title="This browser">
        <NotificationChoice />
      </Panel>
    </div>
    <Panel title="Fired">
      <Firings />
    </Panel>
  </div>
);

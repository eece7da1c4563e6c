import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { queries, queriesOf } from "../api/queries";
import { Fault, Waiting } from "../shell/Notice";
import { Panel } from "../shell/Panel";
import { useAttempt } from "../shell/useAttempt";
import { channelName, deliveryLine, stateOf, type ChannelState, type TestResult } from "./channels";

const refreshMs = 10_000;

/** The channels that messages about runs go to. Their secrets stay on the server. */
export function NotificationsPanel() {
  const client = useQueryClient();
  const { data: state, error: unread } = queries.useQuery("get", "/api/notifications", {}, { refetchInterval: refreshMs });
  const [results, setResults] = useState<readonly TestResult[]>([]);
  const { busy, error, attempt } = useAttempt();
  const test = async (): Promise<void> => {
    setResults([]);
    const { data } = await api.POST("/api/notifications/test");
    setResults(data?.results ?? []);
    await client.invalidateQueries(queriesOf("/api/notifications"));
  };
  if (state === undefined) {
    return <Panel title="Notifications">{unread === null ? <Waiting /> : <Fault error={unread} />}</Panel>;
  }
  if (!state.enabled) {
    return (
      <Panel title="Notifications">
        <div className="notice muted">
          Trainyard can write to you about your runs on Discord, on Slack or by mail. Nothing is set up yet: docs/notifications.md says how.
        </div>
      </Panel>
    );
  }
  return (
    <Panel title="Notifications" beside={state.quiet_hours != null && `quiet ${state.quiet_hours} ${state.time_zone}`}>
      <ul className="log" aria-label="Channels">
        {state.channels.map((channel) => (
          <Channel key={channel.channel} channel={channel} />
        ))}
      </ul>
      <div className="actions">
        <button type="button" disabled={busy} onClick={() => attempt(test)}>
          Send a test message
        </button>
        <span role="status">
          {results.map((result) => (
            <span key={result.channel} className={result.sent ? "good" : "error"}>
              {result.sent ? "✓" : "✗"} {channelName(result.channel)}
              {result.error != null && `: ${result.error}`}{" "}
            </span>
          ))}
        </span>
      </div>
      {error !== null && <Fault error={error} />}
    </Panel>
  );
}

const Channel = ({ channel }: { readonly channel: ChannelState }) => (
  <li>
    <span className={stateOf(channel)}>{stateOf(channel) === "good" ? "✓" : "✗"}</span> {channelName(channel.channel)}{" "}
    <span className="muted">
      {channel.target}, {deliveryLine(channel)}
    </span>
    {channel.last_error != null && <div className="error">{channel.last_error}</div>}
  </li>
);

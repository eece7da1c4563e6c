import type { components } from "../api/schema";
import { exact } from "../format/times";

export type ChannelState = components["schemas"]["ChannelState"];
export type TestResult = components["schemas"]["TestResult"];

const names: Readonly<Record<ChannelState["channel"], string>> = {
  discord: "Discord bot",
  discord_webhook: "Discord webhook",
  slack: "Slack app",
  slack_webhook: "Slack webhook",
  email: "mail",
  webhook: "webhook",
};

export const channelName = (channel: ChannelState["channel"]): string => names[channel];

/** A channel is bad while its newest error is not followed by a delivery. */
export function stateOf(channel: ChannelState): "good" | "error" {
  if (channel.last_error == null || channel.last_error_at == null) {
    return "good";
  }
  return channel.last_sent_at != null && channel.last_sent_at > channel.last_error_at ? "good" : "error";
}

/** The last delivery and what waits, in words. */
export function deliveryLine(channel: ChannelState): string {
  const sent = channel.last_sent_at == null ? "nothing sent yet" : `last sent ${exact(channel.last_sent_at)}`;
  const waiting = channel.waiting > 0 ? `, ${channel.waiting} waiting` : "";
  const lost = channel.given_up > 0 ? `, ${channel.given_up} given up` : "";
  return sent + waiting + lost;
}

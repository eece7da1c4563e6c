import { describe, expect, it } from "vitest";
import { deliveryLine, stateOf, type ChannelState } from "./channels";

const channel: ChannelState = {
  channel: "discord",
  target: "direct messages to the owner",
  edits: true,
  last_sent_at: null,
  waiting: 0,
  given_up: 0,
  last_error: null,
  last_error_at: null,
};

describe("the state of a channel", () => {
  it("is good without an error, and once a delivery follows one", () => {
    const failed = { ...channel, last_error: "no", last_error_at: "2026-03-04T12:00:00Z" };
    expect(stateOf(channel)).toBe("good");
    expect(stateOf(failed)).toBe("error");
    expect(stateOf({ ...failed, last_sent_at: "2026-03-04T11:00:00Z" })).toBe("error");
    expect(stateOf({ ...failed, last_sent_at: "2026-03-04T13:00:00Z" })).toBe("good");
  });

  it("says what waits and what was given up", () => {
    expect(deliveryLine(channel)).toBe("nothing sent yet");
    expect(deliveryLine({ ...channel, waiting: 2, given_up: 1 })).toBe("nothing sent yet, 2 waiting, 1 given up");
  });
});

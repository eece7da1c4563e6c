import { describe, expect, it } from "vitest";
import { eventsOf, type StreamedEvent } from "./eventStream";

async function read(...chunks: readonly (string | Uint8Array)[]): Promise<StreamedEvent[]> {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      }
      controller.close();
    },
  });
  const events: StreamedEvent[] = [];
  for await (const event of eventsOf(stream)) {
    events.push(event);
  }
  return events;
}

describe("events of a stream", () => {
  it("come in order, wherever the network cuts them", async () => {
    const whole = 'event: text\ndata: {"text":"a"}\n\nevent: text\r\ndata: {"text":"é"}\r\n\r\n';
    const bytes = new TextEncoder().encode(whole);
    const expected = [
      { type: "text", data: '{"text":"a"}' },
      { type: "text", data: '{"text":"é"}' },
    ];
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await read(bytes.slice(0, cut), bytes.slice(cut))).toEqual(expected);
    }
  });

  it("may have lines, no name, and comments between them", async () => {
    expect(await read(": still here\n\ndata: one\ndata: two\n\n")).toEqual([{ type: "message", data: "one\ntwo" }]);
  });

  it("are not told when they are not finished", async () => {
    expect(await read("event: text\ndata: half")).toEqual([]);
  });
});

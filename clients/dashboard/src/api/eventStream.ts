/** An event of a `text/event-stream`: its type and its data. */
export interface StreamedEvent {
  readonly type: string;
  readonly data: string;
}

/**
 * Parses the events of a stream as they arrive (HTML, section 9.2.6). Ids and retries are ignored: a response to a POST can't
 * be resumed.
 */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamedEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // A carriage return may be the first half of a CRLF; wait for the next chunk.
      text = (text + decoder.decode(value, { stream: !done })).replace(/\r\n/g, "\n");
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = eventOf(block);
        if (event !== undefined) {
          yield event;
        }
      }
      if (done) {
        return;
      }
    }
  } finally {
    await reader.cancel();
  }
}

function eventOf(block: string): StreamedEvent | undefined {
  const fields = block.split("\n").map((line) => {
    const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    return { name, value };
  });
  const data = fields.filter(({ name }) => name === "data").map(({ value }) => value);
  return data.length === 0
    ? undefined
    : { type: fields.findLast(({ name }) => name === "event")?.value ?? "message", data: data.join("\n") };
}

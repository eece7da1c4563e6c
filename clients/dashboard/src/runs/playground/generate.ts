import { api, data, type Schemas } from "../../api/client";
import { eventsOf } from "../../api/eventStream";

/** An event of the stream. */
export interface GeneratedPiece {
  text: string;
  /** Which of several texts it is a piece of, from 0. */
  sample?: number | null;
  seed?: number | null;
  prompt_tokens_cut?: number | null;
}

/** The generated texts, piece by piece; the last piece is empty and has the seed and the length of the prompt. */
export async function* generate(runId: string, request: Schemas["GenerateRequest"], signal: AbortSignal): AsyncGenerator<GeneratedPiece> {
  const stream = await data(
    api.POST("/api/runs/{runId}/generate", { params: { path: { runId } }, body: { ...request, stream: true }, parseAs: "stream", signal }),
  );
  for await (const event of eventsOf(stream as unknown as ReadableStream<Uint8Array>)) {
    yield JSON.parse(event.data) as GeneratedPiece;
  }
}

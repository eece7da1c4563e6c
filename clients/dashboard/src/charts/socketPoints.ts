import { live, type LiveSocket } from "../live/socket";
import type { LiveSource } from "./live";

/** The points among what the page's WebSocket tells. */
export function pointsOf(socket: Pick<LiveSocket, "listen">): LiveSource {
  return {
    subscribe: (runIds, listener) => {
      let told = false;
      // Every run is told to read again; their chart does so once.
      const readAgain = () => {
        if (!told) {
          told = true;
          queueMicrotask(() => {
            told = false;
            listener.resync();
          });
        }
      };
      const stops = runIds.map((runId) =>
        socket.listen(runId, (message) => {
          if (message.type === "resync") {
            readAgain();
          } else if (message.type === "metric_update") {
            listener.points([message]);
          }
        }),
      );
      return () => {
        for (const stop of stops) {
          stop();
        }
      };
    },
  };
}

export const socketPoints = pointsOf(live);

import { live, type LiveSocket } from "../live/socket";
import type { LiveSource } from "./live";

/** The metric updates of the page's WebSocket. */
export function pointsOf(socket: Pick<LiveSocket, "listen">): LiveSource {
  return {
    subscribe: (runIds, listener) => {
      let notified = false;
      // Every run gets a resync; reload the chart only once.
      const readAgain = () => {
        if (!notified) {
          notified = true;
          queueMicrotask(() => {
            notified = false;
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

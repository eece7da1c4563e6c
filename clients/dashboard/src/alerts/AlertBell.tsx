import { Link } from "wouter";
import { useLive } from "../live/hooks";
import { toasts } from "../shell/toasts";
import { notify } from "./notifications";
import { useFirings } from "./queries";

/** The number of unseen alerts. Shows a toast for each new alert, and a browser notification if the user allowed these. */
export function AlertBell() {
  const { data: pages, hasNextPage } = useFirings(false);
  useLive("*", (message) => {
    if (message.type !== "alert") {
      return;
    }
    toasts.show(`⚠ ${message.name ?? message.run_id}: ${message.message}`);
    notify(message);
  });
  const count = pages?.pages.reduce((sum, { items }) => sum + items.length, 0) ?? 0;
  if (count === 0) {
    return null;
  }
  return (
    <Link href="/alerts" className="warning" aria-label={`Unseen alerts: ${count}`}>
      [⚠ {count}
      {hasNextPage && "+"}]
    </Link>
  );
}

import { Link } from "wouter";
import { useLive } from "../live/hooks";
import { toasts } from "../shell/toasts";
import { tell } from "./notifications";
import { useFirings } from "./queries";

/** How many alerts nobody has seen yet. Each is said in the page as it fires, and by the browser where a person wanted that. */
export function AlertBell() {
  const { data: pages, hasNextPage } = useFirings(false);
  useLive("*", (message) => {
    if (message.type !== "alert") return;
    toasts.say(`⚠ ${message.name ?? message.run_id}: ${message.message}`);
    tell(message);
  });
  const count = pages?.pages.reduce((sum, { items }) => sum + items.length, 0) ?? 0;
  if (count === 0) return null;
  return (
    <Link href="/alerts" className="warning" aria-label={`${count} alerts nobody has seen`}>
      [⚠ {count}
      {hasNextPage && "+"}]
    </Link>
  );
}

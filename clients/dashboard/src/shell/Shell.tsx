import { type ReactNode, useState, useSyncExternalStore } from "react";
import { Link, useLocation } from "wouter";
import { AlertBell } from "../alerts/AlertBell";
import { SavedViews } from "../views/SavedViews";
import { refusal } from "../api/refusal";
import { Connection } from "./Connection";
import { Help } from "./Help";
import { ToastList } from "./ToastList";
import { SignIn } from "./SignIn";
import { useArrival } from "./useArrival";
import { useShortcuts } from "./useShortcuts";
import styles from "./Shell.module.css";

const pages = [
  { path: "/", name: "Overview", keys: "g r" },
  { path: "/experiments", name: "Experiments", keys: "g e" },
  { path: "/compare", name: "Compare", keys: "g c" },
  { path: "/tokenizers", name: "Tokenizers", keys: "g t" },
  { path: "/new", name: "New run", keys: "g n" },
  { path: "/alerts", name: "Alerts", keys: "g a" },
  { path: "/events", name: "Events", keys: "g v" },
  { path: "/system", name: "System", keys: "g y" },
  { path: "/settings", name: "Settings", keys: "g s" },
] as const;

/** The frame of every page: navigation, connection state and keyboard shortcuts. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [location, go] = useLocation();
  const [help, setHelp] = useState(false);
  const refused = useSyncExternalStore(refusal.watch, refusal.read);
  const main = useArrival(location);
  useShortcuts({
    "?": () => setHelp(true),
    "/": () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus(),
    ...Object.fromEntries(pages.map(({ path, keys }) => [keys, () => go(path)])),
  });
  return (
    <div className={styles["shell"]}>
      <div className={styles["bar"]}>
        <h1>Trainyard</h1>
        <nav aria-label="Pages">
          {pages.map(({ path, name }) => (
            <Link key={path} href={path} aria-current={location === path ? "page" : undefined}>
              {name}
            </Link>
          ))}
          <a href="/docs">API</a>
        </nav>
        <SavedViews />
        <span className={styles["end"]}>
          <AlertBell /> <Connection />
        </span>
        <button type="button" onClick={() => setHelp(true)} aria-label="Keys">
          ?
        </button>
      </div>
      <main ref={main} tabIndex={-1}>
        {refused === undefined ? children : <SignIn reason={refused} />}
      </main>
      <ToastList />
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useLocation, useSearch } from "wouter";
import { api, type Schemas } from "../api/client";
import { queries, queriesOf } from "../api/queries";
import { Fault } from "../shell/Notice";
import { toasts } from "../shell/toasts";
import { useAttempt } from "../shell/useAttempt";
import styles from "./SavedViews.module.css";

const saved = queriesOf("/api/views");

/** The saved views, and a form to save the current page. */
export function SavedViews() {
  const client = useQueryClient();
  const [location, go] = useLocation();
  const search = useSearch();
  const menu = useRef<HTMLDetailsElement>(null);
  const { busy, error, attempt } = useAttempt();
  const { data: views } = queries.useQuery("get", "/api/views");
  const here = search === "" ? location : `${location}?${search}`;
  const close = (): void => {
    if (menu.current !== null) {
      menu.current.open = false;
    }
  };
  const save = async (form: HTMLFormElement): Promise<void> => {
    const name = new FormData(form).get("name");
    await api.POST("/api/views", { body: { name: typeof name === "string" ? name.trim() : "", path: here } });
    form.reset();
    await client.invalidateQueries(saved);
  };
  const remove = async ({ view_id: viewId, name, path }: Schemas["ViewView"]): Promise<void> => {
    await api.DELETE("/api/views/{viewId}", { params: { path: { viewId } } });
    await client.invalidateQueries(saved);
    toasts.show(`The view ${name} is deleted.`, async () => {
      await api.POST("/api/views", { body: { name, path } });
      await client.invalidateQueries(saved);
    });
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <details
      className={styles["views"]}
      ref={menu}
      onKeyDown={({ key }) => {
        if (key === "Escape") {
          close();
          menu.current?.querySelector("summary")?.focus();
        }
      }}
    >
      <summary>Views</summary>
      <div className={styles["menu"]}>
        {views?.items.length === 0 && (
          <p className="muted">No saved views. A page's address contains its state; save it under a name here.</p>
        )}
        <ul>
          {views?.items.map((view) => (
            <li key={view.view_id}>
              <a
                href={view.path}
                aria-current={view.path === here ? "page" : undefined}
                onClick={(event) => {
                  event.preventDefault();
                  close();
                  go(view.path);
                }}
              >
                {view.name}
              </a>{" "}
              <button
                type="button"
                className="plain"
                disabled={busy}
                aria-label={`Delete the view ${view.name}`}
                onClick={() => attempt(() => remove(view))}
              >
                ✗
              </button>
            </li>
          ))}
        </ul>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const form = event.currentTarget;
            attempt(() => save(form));
          }}
        >
          <input name="name" required maxLength={256} aria-label="Name of this view" placeholder="a name for this view" />{" "}
          <button type="submit" disabled={busy}>
            save
          </button>
        </form>
        {error !== null && <Fault error={error} />}
      </div>
    </details>
  );
}

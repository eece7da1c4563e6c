import { Problem } from "../api/problem";

/** An error, with the request id to report. */
export function Fault({ error }: { readonly error: Error }) {
  return (
    <div className="notice error" role="alert">
      {error instanceof Problem ? (
        <>
          ✗ {error.message}
          <div className="muted">
            {error.code}
            {error.requestId !== "" && ` · request ${error.requestId}`}
          </div>
          {error.code === "UNAUTHORIZED" && <a href="/settings">Enter an API key in the settings.</a>}
        </>
      ) : (
        <>✗ Trainyard does not answer. {error.message}</>
      )}
    </div>
  );
}

export const Waiting = () => <div className="notice muted">…</div>;

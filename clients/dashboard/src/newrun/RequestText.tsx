import { keyHeader } from "../api/keyHeader";
import { toasts } from "../shell/toasts";
import { curlOf } from "./curl";

/** The same request as a curl command and as JSON. */
export function RequestText({ body }: { readonly body: Readonly<Record<string, unknown>> }) {
  const curl = curlOf(location.origin, body, keyHeader());
  const copy = (text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => toasts.show("Copied."),
      (fault: unknown) => toasts.show(`✗ Copying failed: ${String(fault)}`),
    );
  };
  return (
    <>
      <pre className="file">{curl}</pre>
      <div className="actions">
        <button type="button" onClick={() => copy(curl)}>
          copy
        </button>
        <button type="button" onClick={() => copy(JSON.stringify(body, undefined, 2))}>
          copy JSON
        </button>
      </div>
    </>
  );
}

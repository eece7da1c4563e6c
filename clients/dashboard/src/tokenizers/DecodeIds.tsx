import { useState } from "react";
import { api, data } from "../api/client";
import { Fault } from "../shell/Notice";
import { useAttempt } from "../shell/useAttempt";
import { idsOf } from "./ids";

/** Decodes ids to text. */
export function DecodeIds({ tokenizerId }: { readonly tokenizerId: string }) {
  const [text, setText] = useState<string>();
  const { busy, error, attempt } = useAttempt();
  const decode = async (typed: string): Promise<void> => {
    const ids = idsOf(typed);
    if (ids === undefined) {
      throw new Error("Enter ids as whole numbers, separated by spaces or commas.");
    }
    setText(
      (await data(api.POST("/api/tokenizers/{tokenizerId}/decode", { params: { path: { tokenizerId } }, body: { ids: [...ids] } }))).text,
    );
  };
  return (
    <form
      className="actions"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = new FormData(event.currentTarget).get("ids");
        attempt(() => decode(typeof typed === "string" ? typed : ""));
      }}
    >
      <label>
        ids <input name="ids" required placeholder="1026 317 79" />
      </label>
      <button type="submit" disabled={busy}>
        decode
      </button>
      {text !== undefined && error === null && <output>{JSON.stringify(text)}</output>}
      {error !== null && <Fault error={error} />}
    </form>
  );
}

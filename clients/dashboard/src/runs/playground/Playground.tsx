import { useEffect, useRef, useState } from "react";
import { type Schemas } from "../../api/client";
import { figure } from "../../format/numbers";
import { Fault } from "../../shell/Notice";
import { generate } from "./generate";
import "./playground.css";

type Sampling = Omit<Schemas["GenerateRequest"], "prompt" | "stream">;

interface Written {
  readonly prompt: string;
  readonly text: string;
  readonly seed: number | undefined;
  readonly pieces: number;
  readonly seconds: number;
}

const fields = [
  { name: "max_new_tokens", title: "tokens", min: 1, max: 4096, step: 1, value: "128" },
  { name: "temperature", title: "temperature", min: 0, max: 5, step: 0.05, value: "0.8" },
  { name: "top_k", title: "top k", min: 1, max: undefined, step: 1, value: "" },
  { name: "top_p", title: "top p", min: 0.01, max: 1, step: 0.01, value: "" },
  { name: "seed", title: "seed", min: 0, max: undefined, step: 1, value: "" },
] as const;

/** The run's model continues a text, as it writes. */
export function Playground({ run }: { readonly run: Schemas["RunDetail"] }) {
  const [written, setWritten] = useState<Written>();
  const [error, setError] = useState<Error | null>(null);
  const writing = useRef<AbortController>(undefined);
  const [busy, setBusy] = useState(false);
  useEffect(() => () => writing.current?.abort(), []);
  if (run.kind === "external") return <div className="notice muted">Trainyard has no model of this run: it was trained elsewhere.</div>;

  const write = async (prompt: string, sampling: Sampling): Promise<void> => {
    const stop = new AbortController();
    writing.current = stop;
    setBusy(true);
    setError(null);
    const began = performance.now();
    let so = { prompt, text: "", seed: undefined, pieces: 0, seconds: 0 } as Written;
    setWritten(so);
    try {
      for await (const piece of generate(run.run_id, { ...sampling, prompt }, stop.signal)) {
        so = { ...so, text: so.text + piece.text, seed: piece.seed ?? so.seed, pieces: so.pieces + (piece.text === "" ? 0 : 1), seconds: (performance.now() - began) / 1000 };
        setWritten(so);
      }
    } catch (fault) {
      if (!stop.signal.aborted) setError(fault instanceof Error ? fault : new Error(String(fault)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="playground">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          void write(textOf(form, "prompt"), Object.fromEntries(fields.flatMap(({ name }) => (textOf(form, name) === "" ? [] : [[name, Number(textOf(form, name))]]))));
        }}
      >
        <label>
          Prompt
          <textarea name="prompt" rows={4} maxLength={100_000} placeholder="Once upon a time" />
        </label>
        <div className="actions">
          {fields.map(({ name, title, value, ...limits }) => (
            <label key={name}>
              {title} <input name={name} type="number" defaultValue={value} placeholder={value === "" ? "any" : undefined} required={value !== ""} {...limits} />
            </label>
          ))}
          <button type="submit" disabled={busy}>
            generate
          </button>
          <button type="button" disabled={!busy} onClick={() => writing.current?.abort()}>
            stop
          </button>
        </div>
      </form>
      {error !== null && <Fault error={error} />}
      {written !== undefined && (
        <>
          <p className="written" aria-label="Generated text" aria-busy={busy}>
            <span className="muted">{written.prompt}</span>
            {written.text}
            {busy && <span className="live">█</span>}
          </p>
          <p className="muted" role="status">
            {busy ? "writing" : written.seed === undefined ? "stopped" : `done, seed ${written.seed}`}
            {written.pieces > 0 && ` · ${written.pieces} pieces in ${figure(Math.round(written.seconds * 100) / 100)} s`}
          </p>
        </>
      )}
    </div>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

import { useEffect, useRef, useState } from "react";
import { type Schemas } from "../../api/client";
import { limits } from "../../api/limits";
import { figure } from "../../format/numbers";
import { Fault } from "../../shell/Notice";
import { generate } from "./generate";
import styles from "./playground.module.css";

type Sampling = Omit<Schemas["GenerateRequest"], "prompt" | "stream">;

interface Generation {
  readonly prompt: string;
  readonly texts: readonly string[];
  readonly seed: number | undefined;
  readonly cut: number;
  readonly pieces: number;
  readonly seconds: number;
}

interface Limits {
  readonly type: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly default?: number;
}

const fields = [
  { name: "n", title: "texts", step: 1 },
  { name: "max_new_tokens", title: "tokens", step: 1 },
  { name: "temperature", title: "temperature", step: 0.05 },
  { name: "top_k", title: "top k", step: 1 },
  { name: "top_p", title: "top p", step: 0.01 },
  { name: "min_p", title: "min p", step: 0.01 },
  { name: "repetition_penalty", title: "repetition penalty", step: 0.05 },
  { name: "seed", title: "seed", step: 1 },
] as const;

/** Generates texts with the run's model, streamed. */
export function Playground({ run }: { readonly run: Schemas["RunDetail"] }) {
  const [generation, setGeneration] = useState<Generation>();
  const [error, setError] = useState<Error | null>(null);
  const controller = useRef<AbortController>(undefined);
  const [busy, setBusy] = useState(false);
  useEffect(() => () => controller.current?.abort(), []);
  if (run.kind === "external") {
    return <div className="notice muted">Trainyard has no model of this run: it was trained elsewhere.</div>;
  }

  const generateText = async (prompt: string, sampling: Sampling): Promise<void> => {
    const stop = new AbortController();
    controller.current = stop;
    setBusy(true);
    setError(null);
    const began = performance.now();
    const texts = Array.from({ length: sampling.n ?? 1 }, () => "");
    let current = { prompt, texts, seed: undefined, cut: 0, pieces: 0, seconds: 0 } as Generation;
    setGeneration(current);
    try {
      for await (const piece of generate(run.run_id, { ...sampling, prompt }, stop.signal)) {
        current = {
          ...current,
          texts: current.texts.map((text, index) => (index === (piece.sample ?? 0) ? text + piece.text : text)),
          seed: piece.seed ?? current.seed,
          cut: piece.prompt_tokens_cut ?? 0,
          pieces: current.pieces + (piece.text === "" ? 0 : 1),
          seconds: (performance.now() - began) / 1000,
        };
        setGeneration(current);
      }
    } catch (fault) {
      if (!stop.signal.aborted) {
        setError(fault instanceof Error ? fault : new Error(String(fault)));
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles["playground"]}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          void generateText(textOf(form, "prompt"), {
            ...Object.fromEntries(fields.flatMap(({ name }) => (textOf(form, name) === "" ? [] : [[name, Number(textOf(form, name))]]))),
            ...(textOf(form, "stop") === "" ? {} : { stop: [textOf(form, "stop")] }),
          });
        }}
      >
        <label>
          Prompt
          <textarea name="prompt" rows={4} maxLength={100_000} placeholder="Once upon a time" />
        </label>
        <div className={styles["bar"]}>
          {fields.map(({ name, title, step }) => (
            <label key={name}>
              {title} <NumberInput name={name} step={step} limits={limits.GenerateRequest[name]} />
            </label>
          ))}
          <label>
            stop before <input name="stop" maxLength={100} placeholder="nothing" />
          </label>
          <button type="submit" disabled={busy}>
            generate
          </button>
          <button type="button" disabled={!busy} onClick={() => controller.current?.abort()}>
            stop
          </button>
        </div>
      </form>
      {error !== null && <Fault error={error} />}
      {generation !== undefined && (
        <>
          {generation.texts.map((text, index) => (
            <p
              key={index}
              className={styles["written"]}
              aria-label={generation.texts.length > 1 ? `Generated text ${index + 1}` : "Generated text"}
              aria-busy={busy}
            >
              <span className="muted">{generation.prompt}</span>
              {text}
              {busy && <span className="live">█</span>}
            </p>
          ))}
          <p className="muted" role="status">
            {busy ? "generating" : generation.seed === undefined ? "stopped" : `done, ${seedsOf(generation)}`}
            {generation.pieces > 0 && ` · ${generation.pieces} pieces in ${figure(Math.round(generation.seconds * 100) / 100)} s`}
          </p>
          {generation.cut > 0 && (
            <p className="notice">
              The prompt is longer than the model&apos;s context. The model did not read its first {generation.cut} tokens.
            </p>
          )}
        </>
      )}
    </div>
  );
}

/** The seeds of the texts, which follow each other. */
const seedsOf = ({ seed = 0, texts }: Generation): string =>
  texts.length > 1 ? `seeds ${seed} to ${seed + texts.length - 1}` : `seed ${seed}`;

function NumberInput({ name, step, limits }: { readonly name: string; readonly step: number; readonly limits: Limits }) {
  return (
    <input
      name={name}
      type="number"
      step={step}
      min={limits.minimum ?? (limits.exclusiveMinimum === undefined ? undefined : limits.exclusiveMinimum + step)}
      max={limits.maximum}
      defaultValue={limits.default}
      placeholder={limits.default === undefined ? "any" : undefined}
      required={limits.default !== undefined}
    />
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

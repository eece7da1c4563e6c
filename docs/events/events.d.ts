// Made from libraries/Contracts/TrainEvents by:
// WRITE_EVENT_FILES=1 dotnet test tests/Contracts.Tests -c Release --filter FullyQualifiedName~EventFileTests

/** A number; JSON has no NaN and no infinities, so these are strings. */
export type Num = number | "NaN" | "Infinity" | "-Infinity";

/** An attempt of a run starts to train. */
export interface TrainStarted {
  type: "trainer.train.started.v1" | "digits.train.started.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** Epochs in all; null if unknown. */
  total_epochs: number | null;
}

/** How far a run is, at most once in EVENTS__PROGRESS_SECONDS. */
export interface TrainProgress {
  type: "trainer.train.progress.v1" | "digits.train.progress.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** Steps done. */
  step: number;
  /** Steps in all; null if unknown. */
  total_steps: number | null;
  /** The current epoch, from 1; null if unknown. */
  epoch: number | null;
  /** Epochs in all; null if unknown. */
  total_epochs: number | null;
  /** Estimate of the remaining time, in seconds; null if unknown. */
  eta_seconds: Num | null;
}

/** A batch was trained on; one in EVENTS__BATCH_EVERY. */
export interface TrainBatch {
  type: "trainer.train.batch.v1" | "digits.train.batch.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** The epoch, from 1; null if unknown. */
  epoch: number | null;
  /** Epochs in all; null if unknown. */
  total_epochs: number | null;
  /** The batch within its epoch, from 1; the step of an external run. */
  batch: number;
  /** Batches in an epoch; null if unknown. */
  total_batches: number | null;
  /** The loss of the batch; null if unknown. */
  batch_loss: Num | null;
  /** Share of right answers in the batch; null where there are none, as for language models. */
  batch_acc: Num | null;
  /** Mean loss of the epoch so far; null if unknown. */
  avg_loss: Num | null;
  /** Sequences or examples per second; null if unknown. */
  samples_per_sec: Num | null;
}

/** An epoch is complete. */
export interface TrainEpoch {
  type: "trainer.train.epoch.v1" | "digits.train.epoch.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** The epoch, from 1; as it is numbered by an external run. */
  epoch: number;
  /** Epochs in all; null if unknown. */
  total_epochs: number | null;
  /** Mean training loss; null if unknown. */
  train_loss: Num | null;
  /** Share of right answers on held-out data; null where there are none, as for language models. */
  val_acc: Num | null;
  /** Loss on held-out data; null if unknown. */
  val_loss: Num | null;
  /** Perplexity on held-out text; null for other models. */
  val_ppl: Num | null;
  /** How long the epoch took, in seconds; null if unknown. */
  time_s: Num | null;
}

/** The best scores on held-out data so far. */
export interface TrainBest {
  type: "trainer.train.best.v1" | "digits.train.best.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** The epoch, from 1; null if unknown. */
  epoch: number | null;
  /** Share of right answers on held-out data; null where there are none, as for language models. */
  val_acc: Num | null;
  /** Loss on held-out data; null if unknown. */
  val_loss: Num | null;
  /** Perplexity on held-out text; null for other models. */
  val_ppl: Num | null;
}

/** A file or a checkpoint of the run was saved. */
export interface TrainArtifact {
  type: "trainer.train.artifact.v1" | "digits.train.artifact.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** Its path below the run's folder; only its name if it is elsewhere. */
  path: string;
}

/** The files of a run were uploaded to ARTIFACTS__STORE, or could not be. */
export interface TrainUpload {
  type: "trainer.train.upload.v1" | "digits.train.upload.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** The HTTP status of the upload: 200 or 201 when all files are stored, else that of the file that failed; 0 without an answer. */
  status: number;
  /** Size of model.safetensors; null if it was not uploaded. */
  model_bytes: number | null;
  /** Size of manifest.json; null if it was not uploaded. */
  manifest_bytes: number | null;
}

/** Old checkpoints were deleted. */
export interface TrainPrune {
  type: "trainer.train.prune.v1" | "digits.train.prune.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** How many. */
  deleted_count: number;
}

/** The run completed. */
export interface TrainCompleted {
  type: "trainer.train.completed.v1" | "digits.train.completed.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** Share of right answers of the best model on held-out data; null where there are none, as for language models. */
  val_acc: Num | null;
  /** Loss of the best model on held-out data; null if unknown. */
  val_loss: Num | null;
  /** Perplexity of the best model on held-out text; null for other models. */
  val_ppl: Num | null;
}

/** The run failed, and is not tried again. */
export interface TrainFailed {
  type: "trainer.train.failed.v1" | "digits.train.failed.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** Who can fix it. */
  error_kind: "user" | "system";
  /** What failed, in a sentence without paths, keys and quoted text. */
  message: string;
}

/** The attempt stopped without a failure of the run. */
export interface TrainStopped {
  type: "trainer.train.stopped.v1" | "digits.train.stopped.v1";
  /** The run, again: the request that the event answers. */
  request_id: string;
  /** Who asked for the run, a string or a number as it was given; null if nobody was named. */
  user_id: string | number | null;
  /** What is trained, such as gpt2-nano; null if the run's program has not said it. */
  model_id: string | null;
  /** The run. */
  run_id: string;
  /** When it happened. */
  ts: string;
  /** The run's attempt, from 1. */
  attempt: number;
  /** The event's own id: the same on every channel and in the stream. */
  event_id: string;
  /** Why. */
  reason: "paused" | "cancelled" | "shutdown" | "retry";
}

/** Sent by GET /api/events/stream where events may be missing: the last one seen is no longer kept, or Redis was unreachable. */
export interface StreamGap {
  type: "stream.gap.v1";
  /** What to do. */
  message: string;
}

export type TrainEvent =
  | TrainStarted
  | TrainProgress
  | TrainBatch
  | TrainEpoch
  | TrainBest
  | TrainArtifact
  | TrainUpload
  | TrainPrune
  | TrainCompleted
  | TrainFailed
  | TrainStopped;

/** What the data of an event of GET /api/events/stream holds. */
export type StreamMessage = TrainEvent | StreamGap;

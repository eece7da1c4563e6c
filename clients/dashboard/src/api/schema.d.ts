export interface paths {
    "/api/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the server's version */
        get: operations["GetVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ws-ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a ticket for one WebSocket, for browsers: they can't send the API key in a header, and URLs are logged */
        post: operations["CreateWebSocketTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/ml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Post one event, a JSON array of events, or one event per line (NDJSON), optionally compressed with gzip or zstd. Responds once the events are durable. */
        post: operations["PostEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs that match a filter, in any order, page by page, with chosen metrics and parameters */
        get: operations["ListRuns"];
        put?: never;
        /** Create a run for an external job */
        post: operations["CreateRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Status, progress, latest metrics, config and attempts of a run */
        get: operations["GetRun"];
        /** Change a run's name, status, notes, tags or config */
        put: operations["UpdateRun"];
        post?: never;
        /** Delete a run and its data; it can be restored for a week, unless permanent=true */
        delete: operations["DeleteRun"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move a run to another experiment, or out of any with null */
        post: operations["MoveRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set and remove single tags */
        post: operations["TagRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pin a run; pinned=true lists the pinned ones */
        post: operations["PinRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/unpin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Unpin a run */
        post: operations["UnpinRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/lock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Protect a run from being changed, moved or deleted; its events are still stored */
        post: operations["LockRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Unlock a run */
        post: operations["UnlockRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore a deleted run, within RUNS__UNDO_DAYS */
        post: operations["RestoreRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tag, move, pin, lock, delete, restore or cancel many runs; returns the outcome for each */
        post: operations["ActOnRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/train": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Queue a run that trains a model */
        post: operations["TrainModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/model-families": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The model families that runs may have, those of plugins too, and what their configs may have */
        get: operations["ListModelFamilies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Curves of a run, summarised beyond max_points */
        get: operations["GetMetricHistory"];
        put?: never;
        /** Log values: one entry or a list of entries */
        post: operations["LogMetrics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/checkpoints/{checkpointId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a checkpoint, with the format and problems of its files */
        get: operations["GetCheckpoint"];
        put?: never;
        post?: never;
        /** Delete a checkpoint, and its files if they are in its run's folder */
        delete: operations["DeleteCheckpoint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate a checkpoint of a run on its held-out text or another, once a worker is idle */
        post: operations["EvaluateRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/eval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest evaluation of a run's model, the state of the last requested one, and the paths of the files */
        get: operations["GetEvaluation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/reproduce": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Train a completed run again: same config, seed and threads; its data and tokenizer must be unchanged */
        post: operations["ReproduceRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/reproduction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a run that repeats another one has the same curve and weights, and which versions or machines differ */
        get: operations["GetReproduction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A metric's mean, deviation and extremes over the runs of an experiment, grouped by any hyperparameter or attribute */
        get: operations["CompareRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/importance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much each hyperparameter matters for a metric: functional analysis of variance over the experiment's runs */
        get: operations["GetImportance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/trials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The runs of an experiment */
        get: operations["ListTrials"];
        put?: never;
        /** Train one trial: told to a registered trainer, or queued for Trainyard's own */
        post: operations["CreateTrial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run as JSON for import elsewhere, or its points as CSV, Parquet or TensorBoard event files */
        get: operations["ExportRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All runs of an experiment: one JSON document, or a zip with a file or folder per run */
        get: operations["ExportExperiment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import runs: a path as JSON, or with format in the query the body itself: an export, archive or file */
        post: operations["Import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Training events of all runs, or of some, as Server-Sent Events, starting after Last-Event-ID
         * @description Every `data` is one JSON object, told apart by `type`: `trainer.train.*.v1`, `digits.train.*.v1` (their schemas are in docs/events), or `stream.gap.v1` where events may be missing. Without `Last-Event-ID` the stream begins with what comes now. A comment, with the newest id, is sent when nothing else is.
         */
        get: operations["StreamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a run; a training one stops at its next step */
        post: operations["CancelRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a run at its next step, with a checkpoint, until it is resumed */
        post: operations["PauseRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write a checkpoint at the next step */
        post: operations["CheckpointRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume a run as a new attempt, from the last checkpoint or a step */
        post: operations["ResumeRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/metrics/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Last value, extremes and counts of series, ordered by name */
        get: operations["GetLatestMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Curves of several runs */
        get: operations["GetMetricHistories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/metrics/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Curves of several runs, for lists too long for a URL */
        post: operations["QueryMetricHistories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List checkpoints of a run, ordered by step, saved_at, size or metrics.<name>; default step desc */
        get: operations["ListCheckpoints"];
        put?: never;
        /** Register a file or folder as a checkpoint. It must exist and be valid; the check runs no code in it */
        post: operations["RegisterCheckpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/checkpoints/{checkpointId}/best": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark a checkpoint as its run's only best one */
        post: operations["MarkBestCheckpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/checkpoints/{checkpointId}/load": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Queue a run that starts from a checkpoint, with its run's config and the body's changes; for an external run, return the path of its files */
        post: operations["LoadCheckpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last lines of a run's log, or the lines after an id, filtered by level or text */
        get: operations["GetLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/logs/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run's log as Server-Sent Events, starting after Last-Event-ID, until the run ends */
        get: operations["StreamLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Experiments, newest first, with run counts by status; optionally of a folder and those below it, or deleted ones */
        get: operations["ListExperiments"];
        put?: never;
        /** Create an experiment */
        post: operations["CreateExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/folders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The folder tree, with the number of experiments in each */
        get: operations["ListExperimentFolders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One experiment */
        get: operations["GetExperiment"];
        /** Change an experiment's name, description, folder, notes or tags */
        put: operations["UpdateExperiment"];
        post?: never;
        /** Delete an experiment that has no runs, or, with runs=true, its runs too; it can be restored for a week */
        delete: operations["DeleteExperiment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore a deleted experiment and the runs deleted with it */
        post: operations["RestoreExperiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/sweep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The experiment's newest sweep: its progress, running trials and the best so far */
        get: operations["GetSweep"];
        put?: never;
        /** Search hyperparameters: trials are queued as runs, sent to a trainer, or handed out to programs that ask */
        post: operations["CreateSweep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/sweep/trials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Trials of the newest sweep, in order, with their parameters and values */
        get: operations["ListSweepTrials"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/sweep/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start no more trials; optionally cancel the running ones */
        post: operations["StopSweep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/sweep/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start no trials until it is resumed */
        post: operations["PauseSweep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/sweep/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start trials again */
        post: operations["ResumeSweep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get the next trials of an external sweep, for a program that trains them itself; the same Idempotency-Key returns the same trials */
        post: operations["AskForTrial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/tell": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report the result of a trial; repeating the same result changes nothing */
        post: operations["TellTrial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/experiments/{experimentId}/trials/{trialId}/should_prune": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a trial should stop, by its logged values or the one given; also true once it is cancelled */
        get: operations["ShouldPruneTrial"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/trainers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Registered trainers by name */
        get: operations["ListTrainers"];
        put?: never;
        /** Register a program that receives trials over HTTP */
        post: operations["CreateTrainer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/trainers/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One trainer */
        get: operations["GetTrainer"];
        put?: never;
        post?: never;
        /** Delete a trainer that no open sweep uses */
        delete: operations["DeleteTrainer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/artifacts/{kind}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the files of a run or tokenizer, or download them as an archive */
        get: operations["ListArtifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/artifacts/{kind}/{id}/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download a file; ranges are supported */
        get: operations["DownloadArtifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/artifacts/models/{id}/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Upload a file of a run. The body is its content; X-Content-SHA256 is verified if given */
        put: operations["UploadArtifact"];
        post?: never;
        /** Delete a file of a run */
        delete: operations["DeleteArtifact"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Images, audio, texts, tables and histograms of a run, by name */
        get: operations["ListMedia"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/media/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The steps at which media of a name were logged */
        get: operations["ListMediaSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/media/at": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The media of a name at a step, or the nearest step before it */
        get: operations["GetMediaAtStep"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/media/histograms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The histograms of a name, step by step */
        get: operations["GetHistograms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/media/items/{itemId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The content of one item: a file, UTF-8 text, or the JSON of a table or histogram; ranges are supported */
        get: operations["DownloadMedia"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Imports, newest first */
        get: operations["ListImports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/{importId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The progress of an import, and its error */
        get: operations["GetImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/imports/{importId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop an import; stored runs and points stay */
        post: operations["CancelImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List rules, newest first, with the number of firings of each */
        get: operations["ListAlerts"];
        put?: never;
        /** Create a rule on a metric or on run states, for one run, an experiment's runs, or all runs */
        post: operations["CreateAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts/{alertId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a rule */
        get: operations["GetAlert"];
        put?: never;
        post?: never;
        /** Delete a rule and its firings */
        delete: operations["DeleteAlert"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts/fired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List firings, newest first */
        get: operations["ListFiredAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts/fired/{firingId}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Acknowledge a firing */
        post: operations["AcknowledgeAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** CPU, memory, disk, network and GPUs of the machine the store runs on */
        get: operations["GetSystemStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** History of these figures for every instance of the store */
        get: operations["GetSystemHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Saved pages of the dashboard by name, shared by all users */
        get: operations["ListViews"];
        put?: never;
        /** Save a page of the dashboard: its filter, runs and charts */
        post: operations["CreateView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/views/{viewId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the name and path of a saved page */
        put: operations["UpdateView"];
        post?: never;
        /** Delete a saved page */
        delete: operations["DeleteView"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokenizers/train": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Train a tokenizer on a file or folder of text */
        post: operations["TrainTokenizer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokenizers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tokenizers, newest first */
        get: operations["ListTokenizers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokenizers/{tokenizerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a tokenizer's status, progress, config and statistics */
        get: operations["GetTokenizer"];
        put?: never;
        post?: never;
        /** Delete a tokenizer and its files, and stop its training. Runs that use it keep their copy and are listed in the response */
        delete: operations["DeleteTokenizer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokenizers/{tokenizerId}/encode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Encode a text as token ids */
        post: operations["EncodeText"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokenizers/{tokenizerId}/decode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decode token ids to text */
        post: operations["DecodeIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/{runId}/generate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Continue a text with the run's model; as Server-Sent Events with "stream": true or Accept: text/event-stream */
        post: operations["GenerateText"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The channels that are set up, their last delivery and their errors, without secrets */
        get: operations["GetNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test message on every channel, and say what became of it */
        post: operations["TestNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/discord/interactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The interactions endpoint of the Discord bot: commands of its owner, signed by Discord */
        post: operations["ReceiveDiscordInteraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Which way a metric improves.
         * @enum {string}
         */
        AlertDirection: "min" | "max";
        /**
         * @description The condition of an alert rule.
         * @enum {string}
         */
        AlertKind: "above" | "below" | "nan" | "plateau" | "stalled" | "failed" | "finished";
        /** @description A rule, and how often it has fired. */
        AlertView: {
            /** @description The alert's id. */
            alert_id: string;
            /** @description What people call it. */
            name?: null | string;
            /** @description Which kind it is. */
            kind: components["schemas"]["AlertKind"];
            /** @description The run's id. */
            run_id?: null | string;
            /** @description The experiment's id. */
            experiment_id?: null | string;
            /** @description The name of a series. */
            metric?: null | string;
            /**
             * Format: double
             * @description The value to compare with.
             */
            threshold?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description The points, or how many there are.
             */
            points?: null | number;
            /** @description Which way is better: `minimize` or `maximize`. */
            direction?: null | components["schemas"]["AlertDirection"];
            /**
             * Format: double
             * @description The change that counts as an improvement.
             */
            min_delta?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description Steps without improvement after which it fires.
             */
            patience_steps?: null | number;
            /**
             * Format: double
             * @description Seconds of silence after which a run counts as stalled.
             */
            after_seconds?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description The host that firings are posted to. */
            webhook_host?: null | string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: int32
             * @description How often it has fired.
             */
            fired: number;
        };
        /** @description A file is made. */
        ArtifactEvent: {
            /** @description The run. An id nobody has used creates it. */
            trial_id: string;
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /** @description Where it lies. */
                path: string;
                /** @description What it is: model, tokenizer, eval or any word. */
                kind?: null | string;
                /**
                 * Format: int64
                 * @description Its size in bytes.
                 */
                size?: null | number;
                /** @description Its SHA-256 in hexadecimal. */
                sha256?: null | string;
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.run.artifact";
        };
        /** @description A file of a run or tokenizer. */
        ArtifactFile: {
            /** @description Relative to the artifact's folder, with forward slashes. */
            path: string;
            /**
             * Format: int64
             * @description In bytes.
             */
            size: number;
            /**
             * Format: date-time
             * @description When it was last written.
             */
            modified: string;
            /** @description True if it is in the artifacts folder. */
            local: boolean;
            /** @description True if it is in the bucket or container that `ARTIFACTS__STORE` names. */
            uploaded: boolean;
        };
        /** @description The files of a run or tokenizer. */
        ArtifactList: {
            /** @description `models` or `tokenizers`. */
            kind: string;
            /** @description The run or tokenizer. */
            id: string;
            /** @description Files in its folder. */
            files: components["schemas"]["ArtifactFile"][];
            /** @description True if there are more files than listed. */
            truncated: boolean;
            /** @description Files that the run's events have reported. */
            registered: components["schemas"]["RegisteredArtifact"][];
        };
        /** @description How many trials to hand out. */
        AskRequest: {
            /**
             * Format: int32
             * @description How many there are.
             */
            count?: null | number;
        };
        /** @description The first trial and the list of all. The list is empty once all trials are handed out; the message then says so. */
        AskResponse: {
            /** @description The trial's id, which is its run's. */
            trial_id?: null | string;
            /** @description The hyperparameters, by name. */
            hyperparams?: null | components["schemas"]["JsonObject"];
            /** @description The trials, or how many there are. */
            trials: components["schemas"]["SuggestedTrial"][];
            /**
             * Format: int32
             * @description How many trials are left.
             */
            left: number;
            /** @description What happened, for people. */
            message?: null | string;
        };
        /** @description An attempt of a run: each start or resume opens one. */
        AttemptView: {
            /**
             * Format: int32
             * @description The number, from 1.
             */
            number: number;
            /**
             * Format: int64
             * @description The first step.
             */
            from_step?: null | number;
            /**
             * Format: date-time
             * @description When it started.
             */
            started_at: string;
        };
        /** @description The outcome for every run of the request. */
        BulkDone: {
            /** @description One for each run, in order. */
            results: components["schemas"]["BulkResult"][];
            /** @description Whether the filter matches more runs than one request may change. */
            more: boolean;
        };
        /** @description The outcome for one run. */
        BulkResult: {
            /** @description The run's id. */
            run_id: string;
            /** @description Whether it was done. */
            done: boolean;
            /** @description What went wrong, for programs. */
            code?: null | components["schemas"]["ErrorCode"];
            /** @description What happened, for people. */
            message?: null | string;
        };
        /**
         * @description Where a message goes.
         * @enum {string}
         */
        ChannelKind: "discord" | "discord_webhook" | "slack" | "slack_webhook" | "email" | "webhook";
        /** @description The state of a channel. */
        ChannelState: {
            /** @description The channel. */
            channel: components["schemas"]["ChannelKind"];
            /** @description Where its messages go, without secrets. */
            target: string;
            /** @description Whether one message follows a run. Other channels send a message at its start and its end. */
            edits: boolean;
            /**
             * Format: date-time
             * @description When a message was last accepted; null for never.
             */
            last_sent_at?: null | string;
            /**
             * Format: int32
             * @description Messages to be sent or edited.
             */
            waiting: number;
            /**
             * Format: int32
             * @description Messages that were refused for good or failed too often, as far as they are kept.
             */
            given_up: number;
            /** @description The newest error that no later success has cleared; null for none. */
            last_error?: null | string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            last_error_at?: null | string;
        };
        /** @description What was deleted with a checkpoint. */
        CheckpointDeleted: {
            /** @description The checkpoint. */
            checkpoint_id: string;
            /**
             * Format: int32
             * @description The number of deleted files.
             */
            files_deleted: number;
            /** @description True if its files were kept, because they are outside the run's folder or not on this machine. */
            files_kept: boolean;
        };
        /** @description A checkpoint is saved. */
        CheckpointEvent: {
            /** @description Metrics at that step. */
            measurements?: null | {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** @description The run. An id nobody has used creates it. */
            trial_id: string;
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /** @description Where it lies. Also taken as filepath. */
                path: string;
                /** @description Whether it is the best so far. */
                is_best?: null | boolean;
                /**
                 * Format: int64
                 * @description Its size in bytes.
                 */
                size?: null | number;
                /**
                 * Format: int64
                 * @description The step, from 0 to 2^53; each series' next one when neither step nor epoch is given.
                 */
                step?: null | number;
                /**
                 * Format: double
                 * @description Taken as the step when there is none.
                 */
                epoch?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.run.checkpoint";
        };
        /**
         * @description What a checkpoint is made of.
         * @enum {string}
         */
        CheckpointFormat: "unknown" | "safetensors" | "sharded_safetensors" | "torch_zip" | "pickle" | "folder";
        /** @description The run that starts from the checkpoint, or the path for an external program. */
        CheckpointLoaded: {
            /** @description The run that starts from it; null for a checkpoint of an external run. */
            run_id?: null | string;
            /** @description The path for an external program; null for a checkpoint of Trainyard's trainer. */
            path?: null | string;
        };
        /**
         * @description Result of checking a checkpoint's files.
         * @enum {string}
         */
        CheckpointValidation: "unchecked" | "valid" | "invalid" | "missing" | "remote" | "unknown";
        /** @description A checkpoint. `available` is true if its files exist, null if this machine can't access them. */
        CheckpointView: {
            /** @description The checkpoint's id. */
            checkpoint_id: string;
            /** @description The run's id. */
            run_id: string;
            /** @description The path, with `/` between names. */
            path: string;
            /**
             * Format: int32
             * @description The attempt of the run, from 1.
             */
            attempt: number;
            /**
             * Format: int64
             * @description The step.
             */
            step?: null | number;
            /** @description Whether it is the run's best. */
            is_best: boolean;
            /**
             * Format: int64
             * @description Bytes.
             */
            size?: null | number;
            /** @description The SHA-256 of the content, in lower-case hexadecimal. */
            sha256?: null | string;
            /** @description Values by name. */
            metrics?: components["schemas"]["StoredJson"];
            /** @description Whatever its sender keeps with it: an object. */
            metadata?: components["schemas"]["StoredJson"];
            /**
             * Format: date-time
             * @description When it was saved.
             */
            saved_at: string;
            /** @description Whether its files are complete and unharmed. */
            validation: components["schemas"]["CheckpointValidation"];
            /**
             * Format: date-time
             * @description When the files were last checked.
             */
            checked_at?: null | string;
            /** @description The file format. */
            format?: null | components["schemas"]["CheckpointFormat"];
            /**
             * Format: int64
             * @description How many tensors there are.
             */
            tensors?: null | number;
            /**
             * Format: int64
             * @description How many parameters there are.
             */
            parameters?: null | number;
            /** @description Each reason, by the member it is about. */
            problems?: null | string[];
            /** @description Whether its files are on disk. */
            available?: null | boolean;
        };
        /** @description Runs with equal values of the grouping fields. Statistics cover the runs with a finite value; null means that the runs lack the field. */
        ComparedGroup: {
            /** @description The values of the hyperparameters that the group has in common. */
            by: {
                [key: string]: unknown;
            };
            /**
             * Format: int32
             * @description The runs, or how many there are.
             */
            runs: number;
            /**
             * Format: int32
             * @description How many there are.
             */
            count: number;
            /**
             * Format: int32
             * @description How many runs lack the value.
             */
            missing: number;
            /**
             * Format: double
             * @description The mean of the finite values.
             */
            mean?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The sample standard deviation.
             */
            std?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The smallest finite value.
             */
            min?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The largest finite value.
             */
            max?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description The ids of the runs. */
            run_ids: string[];
        };
        /** @description Statistics of a metric for each group of runs. */
        Comparison: {
            /** @description The name of a series. */
            metric: string;
            /** @description Which value of a series counts: `last`, `min`, `max` or `mean`. */
            stat: components["schemas"]["ObjectiveStat"];
            /** @description The groups, each with its statistics. */
            groups: components["schemas"]["ComparedGroup"][];
            /**
             * Format: int32
             * @description How many groups there are, with those left out.
             */
            groups_in_all: number;
            /** @description Whether there is more than is listed. */
            truncated: boolean;
        };
        /** @description The text that a tokenizer was trained on. */
        CorpusSummary: {
            /** @description A hash of the text. */
            fingerprint: string;
            /**
             * Format: int32
             * @description The files, or how many there are.
             */
            files: number;
            /**
             * Format: int32
             * @description Files that were left out.
             */
            skipped_files: number;
            /**
             * Format: int64
             * @description Bytes of text.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Lines of text.
             */
            lines: number;
            /**
             * Format: int64
             * @description Lines that were trained on.
             */
            training_lines: number;
            /**
             * Format: int32
             * @description How many different words the text has.
             */
            distinct_words: number;
            /** @description The first 100 skipped files and links. */
            skipped?: components["schemas"]["LeftOutFile"][];
        };
        /** @description One series between two steps: its points, or buckets of equal width if there are more than `max_points`. */
        Curve: {
            /** @description What people call it. */
            name: string;
            /**
             * Format: int64
             * @description How many there are.
             */
            count: number;
            /** @description Whether buckets stand for points. */
            summarised: boolean;
            /** @description The points, or how many there are. */
            points?: null | components["schemas"]["CurvePoint"][];
            /** @description The curve summarised: one entry for each range of steps. */
            buckets?: null | components["schemas"]["CurveBucket"][];
        };
        /** @description The points of a range of steps. Minimum, maximum and mean cover the finite values and are null if there are none. The last value may be NaN or infinite. */
        CurveBucket: {
            /**
             * Format: int64
             * @description The first step.
             */
            from_step: number;
            /**
             * Format: int64
             * @description The last step.
             */
            to_step: number;
            /**
             * Format: date-time
             * @description When.
             */
            time: string;
            /**
             * Format: double
             * @description The smallest finite value.
             */
            min?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The largest finite value.
             */
            max?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The mean of the finite values.
             */
            mean?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The last value.
             */
            last: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description How many there are.
             */
            count: number;
            /**
             * Format: int64
             * @description How many values are NaN.
             */
            nan_count: number;
            /**
             * Format: int64
             * @description How many values are infinite.
             */
            infinite_count: number;
        };
        /** @description The first point at which two curves differ. */
        CurveDifference: {
            /** @description The name of the series. */
            series: string;
            /**
             * Format: int64
             * @description The step.
             */
            step: number;
            /**
             * Format: double
             * @description The run's value.
             */
            value?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The original's value.
             */
            original?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
        };
        /** @description One value of a curve. */
        CurvePoint: {
            /**
             * Format: int64
             * @description The step.
             */
            step: number;
            /**
             * Format: date-time
             * @description When it was logged.
             */
            time: string;
            /**
             * Format: double
             * @description The value.
             */
            value: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description The attempt that logged it, if the request names attempts.
             */
            attempt?: null | number;
        };
        /** @description The token ids to turn into text. */
        DecodeRequest: {
            /** @description Token ids. */
            ids: number[];
        };
        /** @description The text of the token ids. */
        DecodedText: {
            /** @description The text. */
            text: string;
        };
        /** @description One disk's space, and the traffic of all disks. */
        DiskStatus: {
            /**
             * Format: int64
             * @description Bytes in all.
             */
            total_bytes: number;
            /**
             * Format: int64
             * @description Bytes free.
             */
            free_bytes: number;
            /**
             * Format: double
             * @description Bytes read a second.
             */
            read_bytes_per_second?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Bytes written a second.
             */
            written_bytes_per_second?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
        };
        /** @description The text to turn into token ids. */
        EncodeRequest: {
            /** @description The text. */
            text: string;
        };
        /** @description A text's tokens, by id and as the vocabulary writes them: " the" is "Ġthe". */
        EncodedText: {
            /** @description Token ids. */
            ids: number[];
            /** @description The tokens, as text. */
            tokens: string[];
        };
        /**
         * @description What went wrong, in a form a program can branch on. The wire form is upper snake case: `RUN_NOT_FOUND`.
         * @enum {string}
         */
        ErrorCode: "CONFIG_INVALID" | "DATA_NOT_FOUND" | "PATH_FORBIDDEN" | "RUN_NOT_FOUND" | "TOKENIZER_NOT_FOUND" | "CHECKPOINT_INVALID" | "EVENT_INVALID" | "ILLEGAL_TRANSITION" | "IDEMPOTENCY_KEY_REUSED" | "OUTCOME_UNKNOWN" | "TOKENIZER_TRAIN_FAILED" | "MODEL_TRAIN_FAILED" | "BACKEND_UNAVAILABLE" | "UNAUTHORIZED" | "RATE_LIMITED" | "PAYLOAD_TOO_LARGE" | "UNAVAILABLE" | "INTERNAL";
        /** @description What to evaluate a run's model on: the body of `POST /api/runs/{id}/evaluate`. */
        EvaluationRequest: {
            /**
             * @description `validation`, the text the run held out, or a text file or folder below `APP__CORPUS_ROOT`.
             * @default validation
             */
            on?: string;
            /** @description A checkpoint of the run; the best one when unset. */
            checkpoint_id?: null | string;
            /**
             * Format: int64
             * @description Tokens to predict at most, spread evenly over the text; all of them when unset.
             */
            max_tokens?: null | number;
            /** @description Prompts to continue; a single empty one, which begins a new document, when unset. */
            prompts?: null | string[];
            /** @description A text file with a prompt a line, below `APP__CORPUS_ROOT`, instead of `prompts`. */
            prompts_path?: null | string;
            /** @description A run whose latest evaluation on the same text to compare this one with. */
            baseline_run_id?: null | string;
            /**
             * Format: int32
             * @description Texts to generate for each prompt, of different seeds.
             * @default 3
             */
            samples?: number;
            /**
             * Format: int32
             * @description Tokens of each.
             * @default 64
             */
            sample_tokens?: number;
        };
        /** @description A run's last evaluation, with its metrics and files. */
        EvaluationResult: {
            /** @description The run. */
            run_id: string;
            /** @description The last requested evaluation; null if there is none. */
            evaluation?: null | components["schemas"]["EvaluationView"];
            /** @description Its metrics once completed, or those of a later evaluation during training (`eval/metrics.json`). */
            metrics?: components["schemas"]["JsonElement"];
            /** @description The download paths of its files. */
            artifacts: string[];
            /** @description The comparison with the baseline; null without one. */
            regression?: null | components["schemas"]["Regression"];
        };
        /** @description An evaluation of a run's model. */
        EvaluationView: {
            /** @description The evaluation's id. */
            evaluation_id: string;
            /** @description The run's id. */
            run_id: string;
            /** @description The state. */
            status: components["schemas"]["RunStatus"];
            /** @description What happened, for people. */
            message?: null | string;
            /** @description Whose failure it was: `USER_INPUT`, `TRANSIENT` or `FATAL`. */
            error_kind?: null | string;
            /** @description What failed, for programs: one of the error codes, such as `DATA_NOT_FOUND`. */
            error_code?: null | string;
            /** @description What was asked for. */
            request?: components["schemas"]["StoredJson"];
            /** @description The checkpoint's id. */
            checkpoint_id?: null | string;
            /**
             * Format: int64
             * @description The step.
             */
            step?: null | number;
            /** @description Values by name. */
            metrics?: components["schemas"]["StoredJson"];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it started.
             */
            started_at?: null | string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended_at?: null | string;
        };
        /** @description The response to a request whose events are durable. */
        EventsAccepted: {
            /**
             * Format: int32
             * @description Number of events in the request, all of them accepted.
             */
            accepted: number;
            /**
             * Format: int32
             * @description Number of events that had been stored before, so that they changed nothing; null if not known yet.
             */
            repeated?: null | number;
        };
        /** @description The fields of an experiment to create or change. Omitted members keep their values. */
        ExperimentFields: {
            /** @description Only on creation; generated when omitted. */
            experiment_id?: null | string;
            /** @description What people call it. */
            name?: null | string;
            /** @description Text for people. */
            description?: null | string;
            /** @description Its folder, such as `nlp/ablation`; empty for the top level. */
            folder?: null | string;
            /** @description Free text. */
            notes?: null | string;
            /** @description Replaces all of its tags. */
            tags?: null | {
                [key: string]: string;
            };
            /** @description The hyperparameters its runs vary. */
            search_space?: components["schemas"]["StoredJson"];
        };
        /** @description An experiment and the number of its runs by status. */
        ExperimentView: {
            /** @description The experiment's id. */
            experiment_id: string;
            /** @description What people call it. */
            name: string;
            /** @description Text for people. */
            description?: null | string;
            /** @description The folder it is in, with `/` between names. */
            folder: string;
            /** @description Free text. */
            notes?: null | string;
            /** @description Tags by name. */
            tags: components["schemas"]["StoredJson"];
            /** @description The hyperparameters to vary, by name. */
            search_space?: components["schemas"]["StoredJson"];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was deleted; it can be restored for a time.
             */
            deleted_at?: null | string;
            /** @description The runs, or how many there are. */
            runs: {
                [key: string]: number;
            };
        };
        /** @description One firing of a rule for a run. */
        FiringView: {
            /** @description The firing's id. */
            firing_id: string;
            /** @description The alert's id. */
            alert_id: string;
            /** @description The run's id. */
            run_id: string;
            /**
             * Format: int32
             * @description The attempt of the run, from 1.
             */
            attempt: number;
            /** @description Which kind it is. */
            kind: components["schemas"]["AlertKind"];
            /** @description The name of a series. */
            metric?: null | string;
            /**
             * Format: int64
             * @description The step.
             */
            step?: null | number;
            /**
             * Format: double
             * @description The value.
             */
            value?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description What happened, for people. */
            message: string;
            /**
             * Format: date-time
             * @description When it fired.
             */
            fired_at: string;
            /**
             * Format: date-time
             * @description When a person acknowledged it.
             */
            acknowledged_at?: null | string;
            /** @description Whether the firing has reached its address. */
            webhook?: null | components["schemas"]["WebhookView"];
        };
        /** @description A folder of experiments. */
        FolderView: {
            /** @description Path from the top level; empty for the top level itself. */
            path: string;
            /** @description The last part of the path. */
            name: string;
            /**
             * Format: int32
             * @description Number of experiments directly in it.
             */
            experiments: number;
            /**
             * Format: int32
             * @description Number of experiments in it and in all folders below.
             */
            total: number;
            /** @description Its direct subfolders. */
            folders: components["schemas"]["FolderView"][];
        };
        /** @description What to write, and how. */
        GenerateRequest: {
            /** @description The text to continue; empty to begin one. */
            prompt?: string;
            /**
             * Format: int32
             * @description Tokens to add at most.
             * @default 128
             */
            max_new_tokens?: number;
            /**
             * Format: int32
             * @description Texts to generate at once. The seed of each is one more than that of the one before.
             * @default 1
             */
            n?: number;
            /**
             * Format: double
             * @description Randomness; 0 for none.
             * @default 0.8
             */
            temperature?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description Only this many of the likeliest tokens.
             */
            top_k?: null | number;
            /**
             * Format: double
             * @description Only the likeliest tokens that together have this probability.
             */
            top_p?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Only tokens at least this share as likely as the likeliest.
             */
            min_p?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Above 1, makes tokens that the text already has less likely; below 1, likelier.
             */
            repetition_penalty?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description Ends the text before the first of these strings. */
            stop?: null | string[];
            /**
             * Format: int64
             * @description The same seed gives the same text; another one every time when unset.
             */
            seed?: null | number;
            /**
             * @description Send the text piece by piece, as Server-Sent Events.
             * @default false
             */
            stream?: boolean;
        };
        /** @description What was written. */
        GenerateResponse: {
            /** @description By which run's model. */
            run_id: string;
            /** @description What follows the prompt; of several texts, the first. */
            text: string;
            /**
             * Format: int64
             * @description The seed used: with it the same request gives the same text.
             */
            seed: number;
            /** @description All texts. */
            samples: components["schemas"]["GeneratedSample"][];
            /**
             * Format: int32
             * @description Tokens of the prompt.
             */
            prompt_tokens: number;
            /**
             * Format: int32
             * @description Its first tokens that the model did not read, because the prompt is longer than its context.
             */
            prompt_tokens_cut: number;
        };
        /** @description One of the texts. */
        GeneratedSample: {
            /** @description What follows the prompt. */
            text: string;
            /**
             * Format: int64
             * @description Its seed: a request for one text with this seed gives the same text.
             */
            seed: number;
        };
        /** @description A GPU. Figures that NVIDIA's library doesn't report are null. */
        GpuStatus: {
            /**
             * Format: int32
             * @description The number of the device, from 0.
             */
            index: number;
            /** @description What people call it. */
            name: string;
            /** @description The device's own id. */
            uuid?: null | string;
            /**
             * Format: double
             * @description How busy it is, in percent.
             */
            utilization_percent?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description Bytes of memory in use.
             */
            memory_used_bytes?: null | number;
            /**
             * Format: int64
             * @description Bytes of memory.
             */
            memory_total_bytes?: null | number;
            /**
             * Format: double
             * @description Temperature in degrees Celsius.
             */
            temperature_celsius?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Power drawn, in watts.
             */
            power_watts?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
        };
        /** @description The run is alive, and how far it is. */
        HeartbeatEvent: {
            /** @description The run. An id nobody has used creates it. */
            trial_id: string;
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /**
                 * Format: double
                 * @description Seconds within which the next event is due; after three times that long the run counts as interrupted.
                 */
                expect_next_in?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
                /**
                 * Format: int64
                 * @description Steps in all.
                 */
                total_steps?: null | number;
                /**
                 * Format: double
                 * @description Seconds until the end.
                 */
                eta_seconds?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
                /** @description What it is doing, in words. */
                message?: null | string;
                /**
                 * Format: int64
                 * @description The step, from 0 to 2^53; each series' next one when neither step nor epoch is given.
                 */
                step?: null | number;
                /**
                 * Format: double
                 * @description Taken as the step when there is none.
                 */
                epoch?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.run.heartbeat";
        };
        /** @description How many values lie between consecutive edges. */
        Histogram: {
            /** @description Ascending; one more than there are counts. */
            edges: (number | ("NaN" | "Infinity" | "-Infinity"))[];
            /** @description Of each bin, 0 or more. They may be densities. */
            counts: (number | ("NaN" | "Infinity" | "-Infinity"))[];
            /**
             * Format: int64
             * @description Values that are NaN, which no bin counts.
             * @default 0
             */
            nan_count?: number;
            /**
             * Format: int64
             * @description Values that are infinite, which no bin counts.
             * @default 0
             */
            infinite_count?: number;
        };
        /** @description A histogram at a step. */
        HistogramAtStep: {
            /**
             * Format: int64
             * @description The step.
             */
            step: number;
            /** @description The item with the lowest index. */
            histogram: components["schemas"]["Histogram"];
        };
        /** @description How a distribution changes from step to step. */
        HistogramHistory: {
            /** @description The run. */
            run_id: string;
            /** @description The name of its histograms. */
            name: string;
            /** @description Ordered by step; evenly thinned beyond `max_steps`, with the first and the last. */
            histograms: components["schemas"]["HistogramAtStep"][];
            /**
             * Format: int64
             * @description The number of steps before thinning.
             */
            total_steps: number;
        };
        /** @description Curves of several runs, in the order of the request. */
        Histories: {
            /** @description The runs, or how many there are. */
            runs: components["schemas"]["MetricHistory"][];
        };
        /** @description Selects clean curves of several runs, and their resolution. */
        HistoriesWanted: {
            /** @description The runs, or how many there are. */
            runs: string[];
            /** @description Names of series, with commas; each may end in `*`. */
            keys?: null | string[];
            /**
             * Format: int64
             * @description The first step.
             */
            from_step?: null | number;
            /**
             * Format: int64
             * @description The last step.
             */
            to_step?: null | number;
            /**
             * Format: int32
             * @description How many points a curve has at most; it is summarised above that.
             */
            max_points?: null | number;
        };
        /** @description The import that was queued. */
        ImportAccepted: {
            /** @description The import's id. */
            import_id: string;
            /** @description How far it is. */
            state: components["schemas"]["ImportState"];
        };
        /**
         * @description The format of the data to import.
         * @enum {string}
         */
        ImportFormat: "trainyard" | "tensorboard" | "neptune" | "mlflow";
        /** @description A file or folder on this machine, or a database, to import. */
        ImportRequest: {
            /** @description Below the corpus root. */
            path?: null | string;
            /** @description `trainyard`, `tensorboard`, `neptune` or `mlflow`. */
            format?: null | string;
            /** @description The experiment for runs that name none. */
            experiment_id?: null | string;
            /**
             * Format: int32
             * @description Multiplies fractional steps to make them whole.
             */
            step_multiplier?: null | number;
            /** @description Instead of a path: the address of MLflow's Postgres, `postgresql://USER:PASSWORD@HOST:PORT/NAME`. */
            database_uri?: null | string;
            /** @description The folder with the files of the runs of an MLflow database, `EXPERIMENT_ID/RUN_ID/artifacts` in it; below the corpus root. */
            artifacts_path?: null | string;
        };
        /**
         * @description How far an import is.
         * @enum {string}
         */
        ImportState: "queued" | "running" | "completed" | "failed" | "cancelled";
        /** @description An import, its progress in bytes, and what it has stored and left out so far. */
        ImportView: {
            /** @description The import's id. */
            import_id: string;
            /** @description The file format. */
            format: components["schemas"]["ImportFormat"];
            /** @description How far it is. */
            state: components["schemas"]["ImportState"];
            /** @description The path, with `/` between names. */
            path?: null | string;
            /** @description The database that is read, without user and password. */
            database?: null | string;
            /** @description The folder with the files of the runs of an MLflow database. */
            artifacts_path?: null | string;
            /** @description The experiment's id. */
            experiment_id?: null | string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it started.
             */
            started_at?: null | string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended_at?: null | string;
            /**
             * Format: int64
             * @description Bytes to read.
             */
            bytes_total: number;
            /**
             * Format: int64
             * @description Bytes read so far.
             */
            bytes_read: number;
            /**
             * Format: int32
             * @description The runs, or how many there are.
             */
            runs: number;
            /**
             * Format: int32
             * @description Runs of the source that were left out.
             */
            runs_skipped: number;
            /**
             * Format: int64
             * @description Points that the import added.
             */
            added: number;
            /**
             * Format: int64
             * @description How many were stored before, so that nothing changed.
             */
            repeated: number;
            /**
             * Format: int64
             * @description Entries of the source that have no place here.
             */
            ignored: number;
            /** @description What the import left out, and why. */
            notices: string[];
            /** @description What failed, for programs: one of the error codes, such as `DATA_NOT_FOUND`. */
            error_code?: null | components["schemas"]["ErrorCode"];
            /** @description What happened, for people. */
            message?: null | string;
        };
        /** @description How much each hyperparameter explains of the variance of a metric. */
        Importances: {
            /** @description The metric. */
            metric: string;
            /** @description The statistic of its curve. */
            stat: components["schemas"]["ObjectiveStat"];
            /**
             * Format: int32
             * @description Number of analyzed runs.
             */
            runs: number;
            /**
             * Format: int32
             * @description Number of runs left out because they have no finite value.
             */
            missing: number;
            /** @description The most important first. */
            parameters: components["schemas"]["ParameterImportance"][];
            /** @description Hyperparameters that can't be analyzed, and why. */
            left_out: components["schemas"]["LeftOut"][];
        };
        /** @description The samples of one process's machine over time. */
        InstanceHistory: {
            /** @description The instance. */
            instance_id: string;
            /** @description Its machine. */
            host: string;
            /**
             * Format: int32
             * @description Samples in the range.
             */
            count: number;
            /** @description True if there were more than `max_points`, so that each value is a mean. */
            summarised: boolean;
            /** @description Time of each point. */
            times: string[];
            /** @description By name, one value for each time; null where it is missing. */
            values: {
                [key: string]: ((null | number) | ("NaN" | "Infinity" | "-Infinity"))[];
            };
        };
        /** @description Any JSON value. */
        JsonElement: unknown;
        /** @description A JSON object with any members. */
        JsonObject: {
            [key: string]: unknown;
        };
        /** @description A page of a run's series, ordered by name. */
        LatestMetrics: {
            /** @description The run's id. */
            run_id: string;
            /** @description The series. */
            series: components["schemas"]["SeriesLatest"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description A hyperparameter that could not be analyzed. */
        LeftOut: {
            /** @description What people call it. */
            name: string;
            /** @description Why, for people. */
            reason: string;
        };
        /** @description A skipped file or link of the corpus. */
        LeftOutFile: {
            /** @description Path below the corpus folder. */
            path: string;
            /** @description Why it was skipped. */
            reason: string;
            /**
             * Format: int64
             * @description Offset of the first invalid byte; null for other reasons.
             */
            position?: null | number;
        };
        /** @description A line of the run's log. */
        LogEvent: {
            /** @description The run. An id nobody has used creates it. */
            trial_id: string;
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /** @description debug, info, warning or error; info when left out. */
                level?: null | string;
                /** @description The line. */
                message: string;
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.run.log";
        };
        /** @description Lines of a run's log. */
        LogTail: {
            /** @description Oldest first. */
            logs: components["schemas"]["LogView"][];
            /**
             * Format: int64
             * @description Value of `after` for the next request.
             */
            next: number;
        };
        /** @description A line of a run's log. */
        LogView: {
            /**
             * Format: int64
             * @description The id.
             */
            id: number;
            /**
             * Format: date-time
             * @description When.
             */
            time: string;
            /** @description The level: `debug`, `info`, `warning` or `error`. */
            level: string;
            /** @description What happened, for people. */
            message: string;
            /**
             * Format: int32
             * @description The attempt of the run, from 1.
             */
            attempt: number;
        };
        /** @description The machine the store runs on. Null is what the system doesn't report; rates are null in the first sample. */
        MachineStatus: {
            /** @description The replica that answers. */
            instance_id: string;
            /** @description The machine's name. */
            host: string;
            /**
             * Format: date-time
             * @description When the sample was taken.
             */
            time: string;
            /**
             * Format: int32
             * @description Logical processors.
             */
            cores: number;
            /**
             * Format: double
             * @description Use of all cores since the previous sample.
             */
            cpu_percent?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Time since the machine booted.
             */
            uptime_seconds: number | ("NaN" | "Infinity" | "-Infinity");
            /** @description Memory of the machine. */
            memory: components["schemas"]["MemoryStatus"];
            /** @description The disk of the data root, and the traffic of all disks; null if it can't be read. */
            disk?: null | components["schemas"]["DiskStatus"];
            /** @description Traffic of the network cards. */
            network: components["schemas"]["NetworkStatus"];
            /** @description The store's own process. */
            process: components["schemas"]["ProcessStatus"];
            /** @description Versions of Trainyard, .NET and the operating system. */
            versions: components["schemas"]["VersionStatus"];
            /** @description The GPUs, if there are any. */
            gpus: components["schemas"]["GpuStatus"][];
        };
        /** @description The items of one name, kind and step. */
        MediaAtStep: {
            /** @description The run. */
            run_id: string;
            /** @description Their name. */
            name: string;
            /** @description What they are. */
            kind: components["schemas"]["MediaKind"];
            /**
             * Format: int64
             * @description The nearest step at or before the requested one; the first one if there is none before.
             */
            step: number;
            /** @description Ordered by index. */
            items: components["schemas"]["MediaView"][];
            /** @description True if the step has more items. */
            truncated: boolean;
        };
        /** @description An image, a recording, a text, a table or a histogram is logged. */
        MediaEvent: {
            /** @description The run. An id nobody has used creates it. */
            trial_id: string;
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /**
                 * @description What a run logs besides numbers.
                 * @enum {string}
                 */
                kind: "image" | "audio" | "text" | "table" | "histogram";
                /** @description The name that items of several steps share. */
                name: string;
                /**
                 * Format: int32
                 * @description Its position among the items of one name and step; 0 when left out. An item sent again replaces the earlier one.
                 */
                index?: null | number;
                /** @description What a person should know about it. */
                caption?: null | string;
                /** @description The content: base64 of an image or audio file, the text, or an object for a table or histogram. */
                content?: unknown;
                /** @description An image or audio file of the run that was uploaded before, as the answer to the upload named it. */
                path?: null | string;
                /**
                 * Format: int64
                 * @description The step, from 0 to 2^53; each series' next one when neither step nor epoch is given.
                 */
                step?: null | number;
                /**
                 * Format: double
                 * @description Taken as the step when there is none.
                 */
                epoch?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.run.media";
        };
        /**
         * @description What a run logs besides numbers.
         * @enum {string}
         */
        MediaKind: "image" | "audio" | "text" | "table" | "histogram";
        /** @description The media of a run, by name and kind. */
        MediaList: {
            /** @description The run. */
            run_id: string;
            /** @description A summary for each name and kind, ordered by name. */
            media: components["schemas"]["MediaSummary"][];
            /** @description True if there are more than listed. */
            truncated: boolean;
        };
        /** @description The steps at which items of one name and kind were logged. */
        MediaStepList: {
            /** @description The run. */
            run_id: string;
            /** @description Their name. */
            name: string;
            /** @description What they are. */
            kind: components["schemas"]["MediaKind"];
            /** @description Ascending; evenly thinned beyond `max_steps`, with the first and the last. */
            steps: number[];
            /**
             * Format: int64
             * @description The number of steps before thinning.
             */
            total_steps: number;
        };
        /** @description The items of one name and kind. */
        MediaSummary: {
            /** @description Their name. */
            name: string;
            /** @description What they are. */
            kind: components["schemas"]["MediaKind"];
            /**
             * Format: int64
             * @description The number of items.
             */
            items: number;
            /**
             * Format: int64
             * @description The number of steps that have any.
             */
            steps: number;
            /**
             * Format: int64
             * @description The first of these steps.
             */
            first_step: number;
            /**
             * Format: int64
             * @description The last of these steps.
             */
            last_step: number;
        };
        /** @description An item. */
        MediaView: {
            /**
             * Format: int64
             * @description Its id, which its content is read by.
             */
            id: number;
            /**
             * Format: int32
             * @description Its position among the items of its step.
             */
            index: number;
            /** @description What a person should know about it. */
            caption?: null | string;
            /**
             * Format: int32
             * @description The attempt that logged it.
             */
            attempt: number;
            /**
             * Format: date-time
             * @description When it was logged.
             */
            time: string;
            /** @description Its MIME type; null for an uploaded file, whose type is recognised when it is read. */
            content_type?: null | string;
            /**
             * Format: int64
             * @description Bytes; null for an uploaded file.
             */
            size?: null | number;
            /**
             * Format: int32
             * @description Pixels of an image's row; null if unknown.
             */
            width?: null | number;
            /**
             * Format: int32
             * @description Rows of an image; null if unknown.
             */
            height?: null | number;
            /** @description The uploaded file, below the run's artifacts; null if the content was logged. */
            path?: null | string;
        };
        /** @description Memory of a machine. */
        MemoryStatus: {
            /**
             * Format: int64
             * @description Bytes in all.
             */
            total_bytes: number;
            /**
             * Format: int64
             * @description Bytes free for use.
             */
            available_bytes?: null | number;
        };
        /** @description One measurement of a run beside that of its baseline. */
        MetricComparison: {
            /** @description Its name in the metrics of an evaluation. */
            metric: string;
            /**
             * Format: double
             * @description The run's.
             */
            value: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The baseline's.
             */
            baseline: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The difference as a share of the baseline's; positive is worse. Null if the baseline's is 0.
             */
            change?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description Whether it is worse by more than the tolerance. */
            is_worse: boolean;
        };
        /** @description Values at one step. */
        MetricEvent: {
            /** @description Name to number; "NaN", "Infinity" and "-Infinity" are numbers too. */
            measurements: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** @description The run. An id nobody has used creates it. */
            trial_id: string;
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /**
                 * Format: int64
                 * @description The step, from 0 to 2^53; each series' next one when neither step nor epoch is given.
                 */
                step?: null | number;
                /**
                 * Format: double
                 * @description Taken as the step when there is none.
                 */
                epoch?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.run.metric";
        };
        /** @description Curves of a run. */
        MetricHistory: {
            /** @description The run. */
            run_id: string;
            /** @description The requested curves. */
            series: components["schemas"]["Curve"][];
            /**
             * Format: int32
             * @description The number of series of the run, which can exceed the number of curves.
             */
            total_series: number;
        };
        /** @description How many of the entries were stored, and how many had been stored before. */
        MetricsAccepted: {
            /**
             * Format: int32
             * @description How many were stored.
             */
            stored: number;
            /**
             * Format: int32
             * @description How many were stored before, so that nothing changed.
             */
            repeated: number;
        };
        /** @description One entry or a list of entries. */
        MetricsBody: unknown;
        /** @description Values logged at one step. */
        MetricsEntry: {
            /**
             * Format: int64
             * @description The step, from 0 to 2^53. Default: the next step of each series.
             */
            step?: null | number;
            /** @description Name to value. "NaN", "Infinity" and "-Infinity" are allowed. */
            metrics: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /**
             * Format: date-time
             * @description Time of measurement. Default: time of arrival.
             */
            timestamp?: null | string;
        };
        /** @description An event of a run or of a machine. */
        MlEvent: components["schemas"]["StartEvent"] | components["schemas"]["MetricEvent"] | components["schemas"]["StopEvent"] | components["schemas"]["CheckpointEvent"] | components["schemas"]["ArtifactEvent"] | components["schemas"]["LogEvent"] | components["schemas"]["HeartbeatEvent"] | components["schemas"]["ResumeEvent"] | components["schemas"]["MediaEvent"] | components["schemas"]["SystemMetricEvent"];
        /** @description A model family. */
        ModelFamilyInfo: {
            /** @description Its name in `model_family`. */
            name: string;
            /** @description The plugin that brings it; null for a family of Trainyard. */
            plugin?: null | components["schemas"]["PluginInfo"];
            /** @description What its configs may have, and how many parameters its models have. */
            traits: components["schemas"]["ModelFamilyTraits"];
        };
        /** @description The families that `model_family` may name. */
        ModelFamilyList: {
            /** @description The families: Trainyard's, then those of plugins. */
            items: components["schemas"]["ModelFamilyInfo"][];
        };
        /** @description What requests and forms need to know of a model family: the values its configs may have, and how many parameters its models have. `libraries/Models` or a plugin has the family itself. */
        ModelFamilyTraits: {
            /** @description What forms call it; its name when null. */
            title?: null | string;
            /** @description The values of `model_type` in the `config.json` of a folder in Hugging Face's format. */
            model_types: string[];
            /** @description Whether it reads text through a tokenizer. Others have no use for `tokenizer_id`, heads and a context. */
            is_language_model?: boolean;
            /** @description What its `model_size` means; what it means for most families when null. */
            sizes?: null | {
                [key: string]: components["schemas"]["ModelShape"];
            };
            /**
             * Format: int32
             * @description The most `layers`; null for the limit of all configs.
             */
            max_layers?: null | number;
            /** @description The first part of the types of its events on Redis, which also names their channel. */
            event_group?: string;
            /** @description Whether `kv_heads` may be less than `heads`. */
            shares_kv_heads?: boolean;
            /** @description Whether positions are rotations of pairs, which need heads of an even width. */
            rotates_positions?: boolean;
            /** @description Whether there is a vector of parameters for each position. */
            learns_positions?: boolean;
            /** @description The name before a block's number in the names of its layers; empty if no block has linear layers. */
            block_path?: string;
            /** @description The names of a block's linear layers. */
            block_layers?: string[];
            /** @description The names of linear layers outside of blocks. */
            other_layers?: string[];
            /**
             * Format: int32
             * @description Matrices between the model's width and that of the feed-forward layers, in each block; 0 if the parameters can't be counted from these numbers.
             */
            feed_forward_matrices?: number;
            /**
             * Format: double
             * @description Width of the feed-forward layers, in widths of the model.
             */
            feed_forward_ratio?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description The width of the feed-forward layers is rounded up to a multiple of this.
             */
            feed_forward_multiple?: number;
            /**
             * Format: int32
             * @description Parameters of a block in norms and biases, in widths of the model.
             */
            block_vectors?: number;
            /**
             * Format: int32
             * @description Parameters of a block in norms of heads, in widths of a head.
             */
            head_vectors?: number;
            /**
             * Format: int32
             * @description Parameters of the last norm, in widths of the model.
             */
            final_vectors?: number;
        };
        /** @description The size of a transformer. */
        ModelShape: {
            /**
             * Format: int32
             * @description Blocks.
             */
            layers: number;
            /**
             * Format: int32
             * @description Attention heads per block.
             */
            heads: number;
            /**
             * Format: int32
             * @description Width of the residual stream; a multiple of `heads`.
             */
            dim: number;
            /**
             * Format: int32
             * @description Context length, in tokens.
             */
            max_seq_len: number;
            /** @description The only family that has this size; null if all have it. */
            family?: null | string;
        };
        /** @description The experiment to move the run to. */
        MoveRequest: {
            /** @description The experiment's id. */
            experiment_id?: null | string;
        };
        /** @description Traffic of the network cards; in a container, of all interfaces except loopback. */
        NetworkStatus: {
            /**
             * Format: double
             * @description Bytes received a second.
             */
            received_bytes_per_second?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Bytes sent a second.
             */
            sent_bytes_per_second?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
        };
        /** @description A rule on a metric or on the state of runs. */
        NewAlert: {
            /** @description What people call it. */
            name?: null | string;
            /** @description Which kind it is. */
            kind?: null | components["schemas"]["AlertKind"];
            /** @description The run's id. */
            run_id?: null | string;
            /** @description The experiment's id. */
            experiment_id?: null | string;
            /** @description The name of a series. */
            metric?: null | string;
            /**
             * Format: double
             * @description The value to compare with.
             */
            threshold?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description Consecutive values that must meet the condition. Default: 1.
             */
            points?: null | number;
            /** @description Whether lower or higher values are better. Default: `min`. */
            direction?: null | components["schemas"]["AlertDirection"];
            /**
             * Format: double
             * @description The change that counts as an improvement.
             */
            min_delta?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description Steps without improvement after which it fires.
             */
            patience_steps?: null | number;
            /**
             * Format: double
             * @description Seconds of silence after which a run counts as stalled.
             */
            after_seconds?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description Webhook address that receives each firing. Default: `ALERTS__WEBHOOK_URL`, if set. */
            webhook_url?: null | string;
        };
        /** @description One action on many runs: those listed, or those a filter matches. */
        NewBulk: {
            /** @description The ids of the runs. */
            run_ids?: null | string[];
            /** @description A condition in the search language, as in `metrics.val_loss < 2 and params.lr = 0.001`. */
            filter?: null | string;
            /** @description What to do with each run. */
            action?: null | components["schemas"]["RunVerb"];
            /** @description Tags by name. */
            tags?: null | {
                [key: string]: string;
            };
            /** @description Names of tags. */
            names?: null | string[];
            /** @description The experiment's id. */
            experiment_id?: null | string;
        };
        /** @description A checkpoint to register for a run. */
        NewCheckpoint: {
            /** @description A file or folder, below the run's artifacts or in a folder of `CHECKPOINTS__ROOTS`. */
            path?: null | string;
            /** @description Alias of `path`. */
            filepath?: null | string;
            /**
             * Format: int64
             * @description The step after which it was saved.
             */
            step?: null | number;
            /** @description True if it is the run's best so far. */
            is_best: boolean;
            /** @description Metrics at that step. */
            metrics?: null | {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** @description An object with custom data. */
            metadata?: components["schemas"]["JsonElement"];
            /** @description Names of tensors that it must contain or, for a PyTorch file, strings of its pickle. */
            required_keys?: null | string[];
            /**
             * Format: int64
             * @description Expected size in bytes.
             */
            size?: null | number;
            /** @description Expected SHA-256, in hexadecimal. */
            sha256?: null | string;
        };
        /** @description A program that trains the trials of sweeps. */
        NewTrainer: {
            /** @description What people call it. */
            name?: null | string;
            /** @description The address. */
            url?: null | string;
            /** @description Signs what is sent to the trainer; never shown again. */
            secret?: null | string;
        };
        /** @description A trial outside any sweep: the body of `POST /api/experiments/{id}/trials`. */
        NewTrial: {
            /** @description Its run's id; generated when omitted. A repeated request with an id is refused and starts nothing twice. */
            trial_id?: null | string;
            /**
             * @description `own` (the default) or the name of a registered trainer.
             * @default own
             */
            trainer?: string;
            /** @description Its run's name; the id when omitted. */
            name?: null | string;
            /** @description A training config for Trainyard's own trainer, any object for others. */
            hyperparams?: components["schemas"]["JsonElement"];
        };
        /** @description The state of notifications. */
        NotificationState: {
            /** @description Whether any channel is set up. */
            enabled: boolean;
            /** @description Which runs are notified about: `all` or `watched`. */
            runs: components["schemas"]["RunChoice"];
            /** @description The time of day without new messages; null if there is none. */
            quiet_hours?: null | string;
            /** @description The time zone of quiet hours and digests. */
            time_zone: string;
            /** @description The channels that are set up. */
            channels: components["schemas"]["ChannelState"][];
        };
        /** @description What a sweep improves: a statistic of a metric. */
        ObjectiveDefinition: {
            /** @description The metric. */
            metric?: null | string;
            /** @description `last`, `min`, `max` or `mean` of its curve. */
            stat?: null | string;
        };
        /**
         * @description The statistic that summarizes a run's curve.
         * @enum {string}
         */
        ObjectiveStat: "last" | "min" | "max" | "mean";
        /** @description Rows, and the cursor of the next page if there is one. */
        PageOfAlertView: {
            /** @description The rows of this page. */
            items: components["schemas"]["AlertView"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description Rows, and the cursor of the next page if there is one. */
        PageOfCheckpointView: {
            /** @description The rows of this page. */
            items: components["schemas"]["CheckpointView"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description Rows, and the cursor of the next page if there is one. */
        PageOfExperimentView: {
            /** @description The rows of this page. */
            items: components["schemas"]["ExperimentView"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description Rows, and the cursor of the next page if there is one. */
        PageOfFiringView: {
            /** @description The rows of this page. */
            items: components["schemas"]["FiringView"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description Rows, and the cursor of the next page if there is one. */
        PageOfImportView: {
            /** @description The rows of this page. */
            items: components["schemas"]["ImportView"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description Rows, and the cursor of the next page if there is one. */
        PageOfRunSummary: {
            /** @description The rows of this page. */
            items: components["schemas"]["RunSummary"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description Rows, and the cursor of the next page if there is one. */
        PageOfTrainerView: {
            /** @description The rows of this page. */
            items: components["schemas"]["TrainerView"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description Rows, and the cursor of the next page if there is one. */
        PageOfTrialView: {
            /** @description The rows of this page. */
            items: components["schemas"]["TrialView"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description Rows, and the cursor of the next page if there is one. */
        PageOfViewView: {
            /** @description The rows of this page. */
            items: components["schemas"]["ViewView"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description The values that a hyperparameter of a search space can have. */
        ParameterDefinition: {
            /** @description `choice`, `uniform`, `log_uniform` or `int`. */
            type?: null | string;
            /** @description The options of a choice: text, numbers, true, false or null. */
            values?: null | unknown[];
            /**
             * Format: double
             * @description The minimum.
             */
            min?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The maximum.
             */
            max?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description For int: the distance between values; 1 by default.
             */
            step?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description For int: whether to sample on a log scale. */
            log?: null | boolean;
            /**
             * Format: int32
             * @description Number of grid points in the range; the grid sampler requires it for uniform and log_uniform.
             */
            points?: null | number;
        };
        /** @description How much one hyperparameter explains of the variance of a metric. */
        ParameterImportance: {
            /** @description The hyperparameter. */
            name: string;
            /**
             * Format: double
             * @description Its share of the sum of all main effects.
             */
            importance: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The share of the metric's variance that it explains by itself.
             */
            main_effect: number | ("NaN" | "Infinity" | "-Infinity");
            /** @description `linear`, `log` (numbers over a factor of 100, less skewed on a log scale) or `choice`. */
            scale: string;
            /**
             * Format: int32
             * @description Number of distinct values.
             */
            values: number;
        };
        /** @description A plugin. */
        PluginInfo: {
            /** @description Its name. */
            name: string;
            /** @description Its version, as it says itself. */
            version: string;
            /** @description What it is for. */
            description?: null | string;
        };
        /** @description Problem details (RFC 9457). Programs branch on code; message is for people. */
        Problem: {
            /** @description An address that describes the status. */
            type?: string;
            /** @description The status in words. */
            title?: string;
            /** @description The status of the answer. */
            status: number;
            /** @description As message. */
            detail?: string;
            /** @description The path of the request. */
            instance?: string;
            /**
             * @description What went wrong, for programs.
             * @enum {string}
             */
            code: "CONFIG_INVALID" | "DATA_NOT_FOUND" | "PATH_FORBIDDEN" | "RUN_NOT_FOUND" | "TOKENIZER_NOT_FOUND" | "CHECKPOINT_INVALID" | "EVENT_INVALID" | "ILLEGAL_TRANSITION" | "IDEMPOTENCY_KEY_REUSED" | "OUTCOME_UNKNOWN" | "TOKENIZER_TRAIN_FAILED" | "MODEL_TRAIN_FAILED" | "BACKEND_UNAVAILABLE" | "UNAUTHORIZED" | "RATE_LIMITED" | "PAYLOAD_TOO_LARGE" | "UNAVAILABLE" | "INTERNAL";
            /** @description What went wrong, with every reason. */
            message: string;
            /** @description Also in the logs, and in the header X-Request-ID. */
            request_id: string;
            /** @description Each reason, by the member of the request it is about. */
            problems?: {
                /** @description The member. */
                field?: string;
                /** @description What is wrong with it. */
                message?: string;
            }[];
        };
        /** @description The process that samples. */
        ProcessStatus: {
            /**
             * Format: double
             * @description Share of all cores since the previous sample; null in the first.
             */
            cpu_percent?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description Resident memory.
             */
            memory_bytes: number;
            /**
             * Format: double
             * @description Time since the process started.
             */
            uptime_seconds: number | ("NaN" | "Infinity" | "-Infinity");
        };
        /** @description How far a run is, in steps. */
        Progress: {
            /**
             * Format: int64
             * @description The step.
             */
            step?: null | number;
            /**
             * Format: int64
             * @description How many steps the run is to have.
             */
            total_steps?: null | number;
            /**
             * Format: double
             * @description The share that is done, from 0 to 1.
             */
            fraction?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description Passes over the data so far.
             */
            epochs?: null | number;
        };
        /** @description When to stop trials that do worse than others. */
        PrunerDefinition: {
            /**
             * @description `median`.
             * @enum {null|string}
             */
            type?: "median" | null;
            /**
             * Format: int64
             * @description Steps before which no trial is pruned.
             */
            warmup_steps?: null | number;
            /**
             * Format: int32
             * @description Completed trials required before any is pruned; 5 by default.
             */
            min_trials?: null | number;
            /**
             * Format: int64
             * @description Steps between two checks; 1 by default.
             */
            interval?: null | number;
        };
        /** @description A file that a run has reported. It may be anywhere. */
        RegisteredArtifact: {
            /** @description The path, with `/` between names. */
            path: string;
            /** @description Which kind it is. */
            kind?: null | string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size?: null | number;
            /** @description The SHA-256 of the content, in lower-case hexadecimal. */
            sha256?: null | string;
            /**
             * Format: date-time
             * @description When it was saved.
             */
            saved_at: string;
        };
        /** @description A run's evaluation compared with that of a baseline run. */
        Regression: {
            /** @description The baseline. */
            baseline_run_id: string;
            /** @description The text that both were evaluated on; null if they can't be compared. */
            on?: null | string;
            /**
             * Format: double
             * @description The share by which a measurement may be worse.
             */
            tolerance: number | ("NaN" | "Infinity" | "-Infinity");
            /** @description Whether the run predicts the text worse than the baseline, by more than the tolerance: in bits per byte, else in loss. */
            is_regression: boolean;
            /** @description The result in a sentence. */
            message: string;
            /** @description Each measurement that both have. */
            metrics: components["schemas"]["MetricComparison"][];
        };
        /** @description A run that repeats another one, compared with it. */
        Reproduction: {
            /** @description The run. */
            run_id: string;
            /** @description The original. */
            reproduces_run_id: string;
            /** @description The run's status; the comparison is complete once it is completed. */
            status: components["schemas"]["RunStatus"];
            /** @description Whether losses are equal to the last bit; null until both have comparable points. */
            curve_is_identical?: null | boolean;
            /**
             * Format: int32
             * @description Number of compared points.
             */
            points: number;
            /** @description The first point that differs. */
            first_difference?: null | components["schemas"]["CurveDifference"];
            /** @description Whether the weights are equal to the last bit; null until both have some. */
            weights_are_identical?: null | boolean;
            /** @description What differs in versions and machine. */
            differences: components["schemas"]["SurroundingDifference"][];
            /** @description The result in a sentence. */
            message: string;
        };
        /** @description The run goes on as a new attempt, whose values replace earlier ones from a step on. */
        ResumeEvent: {
            /** @description The run. An id nobody has used creates it. */
            trial_id: string;
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /**
                 * Format: int64
                 * @description The first step the new attempt writes, from 0 to 2^53.
                 */
                step: number;
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.run.resume";
        };
        /** @description The step to resume from. */
        ResumeFrom: {
            /**
             * Format: int64
             * @description The first step.
             */
            from_step?: null | number;
        };
        /**
         * @description Which runs are notified about.
         * @enum {string}
         */
        RunChoice: "all" | "watched";
        /** @description A run that was created. */
        RunCreated: {
            /** @description Its id, as `run_id`. */
            id: string;
            /** @description Its id. */
            run_id: string;
            /** @description Its status. */
            status: components["schemas"]["RunStatus"];
        };
        /** @description Everything about one run except its points, logs and files. */
        RunDetail: {
            /** @description The run's id. */
            run_id: string;
            /** @description What people call it. */
            name: string;
            /** @description Which kind it is. */
            kind: components["schemas"]["RunKind"];
            /** @description The state. */
            status: components["schemas"]["RunStatus"];
            /** @description What happened, for people. */
            message?: null | string;
            /** @description The experiment's id. */
            experiment_id?: null | string;
            /** @description The program that sent it. */
            source?: null | string;
            /** @description Whether weights are spectrally normalised. */
            spectral_norm?: null | boolean;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it started.
             */
            started_at?: null | string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended_at?: null | string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description When the run was last heard of.
             */
            last_heartbeat?: null | string;
            /**
             * Format: int32
             * @description The attempt of the run, from 1.
             */
            attempt: number;
            /** @description How far it is. */
            progress: components["schemas"]["Progress"];
            /**
             * Format: double
             * @description Seconds until the run is expected to end.
             */
            eta_seconds?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description Whose failure it was: `USER_INPUT`, `TRANSIENT` or `FATAL`. */
            error_kind?: null | string;
            /** @description What failed, for programs: one of the error codes, such as `DATA_NOT_FOUND`. */
            error_code?: null | string;
            /** @description Tags by name. */
            tags: {
                [key: string]: string;
            };
            /** @description The exact config. */
            config?: components["schemas"]["StoredJson"];
            /** @description Free text. */
            notes?: null | string;
            /** @description What a person has asked the run to do, until it does it. */
            asked?: null | components["schemas"]["RunRequest"];
            /**
             * Format: double
             * @description How long the run took, in milliseconds; of a resumed run, its last attempt.
             */
            duration_ms?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description The id of the run in MLflow. */
            mlflow_run_id?: null | string;
            /** @description The run's page on the MLflow server that it is logged to as well. */
            mlflow_url?: null | string;
            /** @description The worker that trains it. */
            worker_id?: null | string;
            /** @description The attempts of the run, or `all` for the points that later attempts replaced too. */
            attempts: components["schemas"]["AttemptView"][];
            /** @description Values by name. */
            metrics: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** @description The values that the run ended with, by name. */
            final_metrics?: null | {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /**
             * Format: int32
             * @description How many series the run has.
             */
            series_count: number;
            /** @description Whether it stays at the top of lists. */
            pinned: boolean;
            /** @description Whether it is protected from changes and deletion. */
            locked: boolean;
            /** @description The run that this one trains again; null for others. */
            reproduces_run_id?: null | string;
        };
        /** @description The fields of a run to create or change. Omitted members keep their values. */
        RunFields: {
            /** @description Only on creation; generated when omitted. */
            run_id?: null | string;
            /** @description What people call it. */
            name?: null | string;
            /** @description The state. */
            status?: null | components["schemas"]["RunStatus"];
            /** @description What happened, for people. */
            message?: null | string;
            /** @description The experiment's id. */
            experiment_id?: null | string;
            /** @description Whether weights are spectrally normalised. */
            spectral_norm?: null | boolean;
            /** @description The exact config. */
            config?: components["schemas"]["StoredJson"];
            /** @description Free text. */
            notes?: null | string;
            /** @description Replaces all of its tags. */
            tags?: null | {
                [key: string]: string;
            };
        };
        /** @description The run's new attempt, and the checkpoint it starts from. */
        RunGoesOn: {
            /** @description The run's id. */
            run_id: string;
            /** @description The state. */
            status: components["schemas"]["RunStatus"];
            /**
             * Format: int32
             * @description The attempt of the run, from 1.
             */
            attempt: number;
            /** @description The newest checkpoint. */
            last_checkpoint?: null | components["schemas"]["CheckpointView"];
        };
        /**
         * @description What keeps a run alive: the lease of Trainyard's trainer, or the events of an external job.
         * @enum {string}
         */
        RunKind: "own" | "external";
        /** @description The run that was queued. */
        RunQueued: {
            /** @description The run's id. */
            run_id: string;
        };
        /**
         * @description What a user requested of a running run.
         * @enum {string}
         */
        RunRequest: "cancel" | "pause";
        /** @description A run's status after the request. */
        RunState: {
            /** @description The run's id. */
            run_id: string;
            /** @description The state. */
            status: components["schemas"]["RunStatus"];
            /** @description What happened, for people. */
            message?: null | string;
        };
        /**
         * @description The state of a run.
         * @enum {string}
         */
        RunStatus: "queued" | "running" | "completed" | "failed" | "cancelled" | "interrupted" | "unknown";
        /** @description A run in a list. */
        RunSummary: {
            /** @description The run's id. */
            run_id: string;
            /** @description What people call it. */
            name: string;
            /** @description Which kind it is. */
            kind: components["schemas"]["RunKind"];
            /** @description The state. */
            status: components["schemas"]["RunStatus"];
            /** @description What happened, for people. */
            message?: null | string;
            /** @description The experiment's id. */
            experiment_id?: null | string;
            /** @description The program that sent it. */
            source?: null | string;
            /** @description Whether weights are spectrally normalised. */
            spectral_norm?: null | boolean;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it started.
             */
            started_at?: null | string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended_at?: null | string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description When the run was last heard of.
             */
            last_heartbeat?: null | string;
            /**
             * Format: int32
             * @description The attempt of the run, from 1.
             */
            attempt: number;
            /** @description How far it is. */
            progress: components["schemas"]["Progress"];
            /**
             * Format: double
             * @description Seconds until the run is expected to end.
             */
            eta_seconds?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description Whose failure it was: `USER_INPUT`, `TRANSIENT` or `FATAL`. */
            error_kind?: null | string;
            /** @description What failed, for programs: one of the error codes, such as `DATA_NOT_FOUND`. */
            error_code?: null | string;
            /** @description Tags by name. */
            tags: {
                [key: string]: string;
            };
            /** @description Whether it stays at the top of lists. */
            pinned: boolean;
            /** @description Whether it is protected from changes and deletion. */
            locked: boolean;
            /**
             * Format: date-time
             * @description When it was deleted; it can be restored for a time.
             */
            deleted_at?: null | string;
            /** @description Values of the requested metrics; null if none were requested. */
            metrics?: null | {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** @description Values of the requested parameters; null if none were requested. */
            params?: null | {
                [key: string]: string;
            };
        };
        /**
         * @description What to do with each run.
         * @enum {string}
         */
        RunVerb: "tag" | "untag" | "move" | "pin" | "unpin" | "lock" | "unlock" | "delete" | "restore" | "cancel";
        /** @description The server's version. */
        RunningVersion: {
            /** @description The release, such as `0.1.0`. */
            version: string;
        };
        /** @description Summary of a series' clean curve. NaN and infinities are counted separately and never minimum or maximum. */
        SeriesLatest: {
            /** @description What people call it. */
            name: string;
            /**
             * Format: int64
             * @description The step.
             */
            step: number;
            /**
             * Format: double
             * @description The value.
             */
            value: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: date-time
             * @description When.
             */
            time: string;
            /**
             * Format: double
             * @description The smallest finite value.
             */
            min?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description The step of the smallest value.
             */
            min_step?: null | number;
            /**
             * Format: double
             * @description The largest finite value.
             */
            max?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description The step of the largest value.
             */
            max_step?: null | number;
            /**
             * Format: int64
             * @description How many there are.
             */
            count: number;
            /**
             * Format: int64
             * @description How many values are NaN.
             */
            nan_count: number;
            /**
             * Format: int64
             * @description How many values are infinite.
             */
            infinite_count: number;
        };
        /** @description Whether a trial should stop, and the values that decided. */
        ShouldPrune: {
            /** @description The trial's id, which is its run's. */
            trial_id: string;
            /** @description Whether to stop the trial. */
            prune: boolean;
            /** @description Why, for people. */
            reason?: null | string;
            /**
             * Format: int64
             * @description The step.
             */
            step?: null | number;
            /**
             * Format: double
             * @description The best value or checkpoint.
             */
            best?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The median of the other trials at this step.
             */
            median?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
        };
        /** @description A run begins, or is described. A finished run that starts again opens an attempt. */
        StartEvent: {
            /** @description The run. An id nobody has used creates it. */
            trial_id: string;
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /** @description What a person calls the run. */
                name?: null | string;
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.run.start";
        };
        /** @description A run ends. */
        StopEvent: {
            /** @description Final values, stored at the last step; duration_ms is how long the run took. */
            measurements?: null | {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** @description The run. An id nobody has used creates it. */
            trial_id: string;
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /** @description Whether the run went well; true when neither success nor status is given. */
                success?: null | boolean;
                /** @description success, completed, failed, cancelled or interrupted, or one of the usual words for them; any other word makes the status unknown. */
                status?: null | string;
                /**
                 * Format: int64
                 * @description Epochs it completed.
                 */
                epochs?: null | number;
                /**
                 * Format: double
                 * @description How long it took, in milliseconds; also taken from measurements.
                 */
                duration_ms?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
                /** @description What a person should know about the end. */
                message?: null | string;
                /** @description The class of failure: any word. */
                error_kind?: null | string;
                /** @description Where the trained model lies; recorded as an artifact of the kind model. */
                model_path?: null | string;
                /**
                 * Format: int64
                 * @description The step, from 0 to 2^53; each series' next one when neither step nor epoch is given.
                 */
                step?: null | number;
                /**
                 * Format: double
                 * @description Taken as the step when there is none.
                 */
                epoch?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.run.stop";
        };
        /** @description How to stop a sweep. */
        StopSweep: {
            /**
             * @description Whether to cancel running trials too; otherwise they finish.
             * @default false
             */
            cancel_running?: boolean;
        };
        /** @description JSON that is stored and returned as the original text, so that strings which a database or serializer would refuse survive. */
        StoredJson: unknown;
        /** @description A trial that was handed out, with its point of the search space. */
        SuggestedTrial: {
            /** @description The trial's id, which is its run's. */
            trial_id: string;
            /**
             * Format: int32
             * @description The number, from 1.
             */
            number: number;
            /** @description The hyperparameters, by name. */
            hyperparams: components["schemas"]["JsonObject"];
        };
        /** @description Something in versions, plugin or machine that differs. */
        SurroundingDifference: {
            /** @description What differs, such as a version. */
            what: string;
            /** @description What the run had. */
            value?: null | string;
            /** @description What the original had. */
            original?: null | string;
        };
        /** @description The definition of a sweep: the body of `POST /api/experiments/{id}/sweep`. */
        SweepDefinition: {
            /** @description The parameters by name. */
            search_space?: {
                [key: string]: components["schemas"]["ParameterDefinition"];
            };
            /**
             * @description `grid`, `random` or `tpe`.
             * @default tpe
             * @enum {string}
             */
            sampler?: "grid" | "random" | "tpe";
            /**
             * Format: int32
             * @description The most trials; by default all points of a grid.
             */
            max_trials?: null | number;
            /**
             * Format: int32
             * @description Trials that run concurrently. It does not limit programs that ask for trials.
             * @default 1
             */
            max_concurrent?: number;
            /** @description The metric to improve. */
            objective?: null | components["schemas"]["ObjectiveDefinition"];
            /**
             * @description `minimize` or `maximize`.
             * @default minimize
             * @enum {string}
             */
            direction?: "minimize" | "maximize";
            /**
             * Format: int64
             * @description The same seed yields the same points; random when omitted.
             */
            seed?: null | number;
            /** @description When to stop trials that do badly. */
            pruner?: null | components["schemas"]["PrunerDefinition"];
            /**
             * @description `own`, `external` for programs that ask for trials, or the name of a registered trainer.
             * @default own
             */
            trainer?: string;
            /** @description The hyperparameters all trials share: a training config for Trainyard's own trainer, any object for others. */
            base?: components["schemas"]["JsonElement"];
        };
        /**
         * @description How far a sweep is.
         * @enum {string}
         */
        SweepState: "running" | "paused" | "stopped" | "finished";
        /** @description A sweep, its progress and its best trial. */
        SweepView: {
            /** @description The sweep's id. */
            sweep_id: string;
            /** @description The experiment's id. */
            experiment_id: string;
            /** @description How far it is. */
            state: components["schemas"]["SweepState"];
            /** @description What happened, for people. */
            message?: null | string;
            /** @description The registered trainer. */
            trainer: string;
            /**
             * Format: int32
             * @description How many trials there may be.
             */
            max_trials: number;
            /**
             * Format: int32
             * @description How many trials may run at once.
             */
            max_concurrent: number;
            /** @description The trials, or how many there are. */
            trials: components["schemas"]["TrialCounts"];
            /** @description The best value or checkpoint. */
            best?: null | components["schemas"]["TrialView"];
            /** @description How many are running. */
            running: components["schemas"]["TrialView"][];
            /** @description The sweep as it was asked for. */
            definition: components["schemas"]["StoredJson"];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended_at?: null | string;
        };
        /** @description Samples of the machines over time. */
        SystemHistory: {
            /**
             * Format: date-time
             * @description Start of the range.
             */
            from: string;
            /**
             * Format: date-time
             * @description End of the range.
             */
            to: string;
            /** @description The instances with samples in the range. */
            instances: components["schemas"]["InstanceHistory"][];
        };
        /** @description A sample of the sender's machine. */
        SystemMetricEvent: {
            /** @description The run; the run system-(source) when left out. */
            trial_id?: null | string;
            /** @description Name to number, such as cpu_percent. */
            measurements: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /**
             * Format: uuid
             * @description A UUID that makes a repetition of this event recognisable.
             */
            event_id?: null | string;
            /** @description The experiment the run belongs to; created when there is none by that id. */
            model_run_id?: null | string;
            /**
             * Format: date-time
             * @description When it happened, in ISO 8601; when it arrives, if left out.
             */
            timestamp?: null | string;
            /** @description The program that sends it. */
            source?: null | string;
            /** @description What this kind of event carries, and whatever is the sender's own. */
            metadata?: {
                /**
                 * Format: int32
                 * @description The attempt it belongs to, from 1; the run's latest when left out.
                 */
                attempt?: null | number;
                /** @description Whether the run trains with spectral normalisation. */
                spectral_norm?: null | boolean;
                /** @description The hyperparameters, by name. */
                hyperparams?: unknown;
                /** @description The same run's id in MLflow. */
                mlflow_run_id?: null | string;
            };
            /** @description Tags of the run: an object of texts. */
            tags?: null | {
                [key: string]: string;
            };
            /**
             * @description The kind of event. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            event: "ml.system.metric";
        };
        /** @description Tags to set and tags to remove; the others stay. */
        TagChanges: {
            /** @description The tags to set. */
            set?: null | {
                [key: string]: string;
            };
            /** @description Names of the tags to remove. */
            remove?: null | string[];
        };
        /** @description The result of a trial. */
        TellRequest: {
            /** @description The trial. */
            trial_id: string;
            /**
             * Format: double
             * @description The value of the objective; the logged value when omitted. With NaN or an infinity the trial ranks behind every number.
             */
            value?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** @description `completed` (the default), `failed` or `pruned`. */
            state?: null | string;
        };
        /** @description What became of a test message. */
        TestResult: {
            /** @description The channel. */
            channel: components["schemas"]["ChannelKind"];
            /** @description Whether the receiver accepted it. */
            sent: boolean;
            /** @description Why not; null if it did. */
            error?: null | string;
        };
        /** @description What became of test messages. */
        TestResults: {
            /** @description One for each channel. */
            results: components["schemas"]["TestResult"][];
        };
        /** @description How to train a tokenizer: the body of `POST /api/tokenizers/train`. Defaults suit a small model on a laptop. */
        TokenizerConfig: {
            /** @description What to call it. */
            name?: null | string;
            /**
             * @description `bpe`: byte-level BPE.
             * @default bpe
             * @enum {string}
             */
            method?: "bpe";
            /** @description A text file or a folder of them, below `APP__CORPUS_ROOT`. */
            corpus_path?: string;
            /**
             * @description Reads bytes of the text that are not UTF-8 as U+FFFD; a file that has any is left out otherwise.
             * @default false
             */
            replace_invalid_bytes?: boolean;
            /**
             * Format: int32
             * @description Wanted number of tokens: special tokens, 256 bytes and merges. A small corpus gives fewer.
             * @default 8192
             */
            vocab_size?: number;
            /**
             * Format: int32
             * @description A pair of tokens is merged only if it occurs at least this often.
             * @default 2
             */
            min_frequency?: number;
            /** @description Tokens that are never split or merged. They get the first ids, and training skips them in the corpus. */
            special_tokens?: string[];
            /**
             * @description How text is split into words, inside of which tokens merge: as by GPT-2, GPT-4 (`cl100k`), GPT-4o (`o200k`), Llama 3 (`llama3`, which is `cl100k`) or Qwen 2 to 3.
             * @default gpt2
             * @enum {string}
             */
            pattern?: "gpt2" | "cl100k" | "o200k" | "llama3" | "qwen2";
            /**
             * @description The unit that is split into words: `document`, as encoding does, or `line`, as Hugging Face's trainer reads files. By line, no token has more than one newline, or a newline and the indentation after it.
             * @default document
             * @enum {string}
             */
            sequence?: "document" | "line";
            /**
             * @description `none`, `nfc` or `nfkc`, applied before training and encoding.
             * @default none
             * @enum {string}
             */
            normalization?: "none" | "nfc" | "nfkc";
            /**
             * @description Whether text is lower-cased before training and encoding.
             * @default false
             */
            lowercase?: boolean;
            /**
             * Format: double
             * @description Share of the lines kept from training for the statistics; 0 takes them on the training lines.
             * @default 0.05
             */
            holdout_fraction?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description Chooses the held-out and the sampled lines.
             * @default 42
             */
            seed?: number;
            /**
             * Format: int32
             * @description Threads that read and count; all cores when unset. The tokenizer does not depend on it.
             */
            threads?: null | number;
            /**
             * Format: int64
             * @description Counts the words that start in at most so many lines, spread evenly over the corpus; in all when unset.
             */
            sample_max_lines?: null | number;
        };
        /** @description The response to deleting a tokenizer that runs use. */
        TokenizerDeleted: {
            /** @description The tokenizer. */
            tokenizer_id: string;
            /** @description Runs that were trained with it, at most 100. Each keeps its own copy. */
            used_by: string[];
        };
        /** @description A file of a tokenizer: its size in bytes and its SHA-256. */
        TokenizerFile: {
            /** @description The path, with `/` between names. */
            path: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
            /** @description The SHA-256 of the content, in lower-case hexadecimal. */
            sha256: string;
        };
        /** @description A tokenizer's `manifest.json`, which is also its representation in the API. */
        TokenizerManifest: {
            /** @description The tokenizer's id. */
            tokenizer_id: string;
            /** @description What people call it. */
            name?: null | string;
            /** @description The state. */
            status: components["schemas"]["TokenizerStatus"];
            /** @description The state in one sentence. */
            message: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the last training attempt began.
             */
            started_at?: null | string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            finished_at?: null | string;
            /**
             * Format: int32
             * @description Number of training attempts.
             */
            attempts?: number;
            /** @description Progress while it trains; only in API responses. */
            progress?: null | components["schemas"]["TrainingProgress"];
            /** @description The exact config. */
            config: components["schemas"]["TokenizerConfig"];
            /**
             * Format: int32
             * @description Number of tokens; fewer than requested if the corpus has no more pairs to merge.
             */
            vocab_size?: null | number;
            /** @description How well it encodes the text. */
            statistics?: null | components["schemas"]["TokenizerStatistics"];
            /** @description The text it was trained on. */
            corpus?: null | components["schemas"]["CorpusSummary"];
            /** @description How long each phase took. */
            durations?: null | components["schemas"]["TrainingDurations"];
            /** @description The versions and the machine it ran on. */
            environment?: null | components["schemas"]["TrainingEnvironment"];
            /** @description The files, each with its size. */
            artifacts?: components["schemas"]["TokenizerFile"][];
            /** @description Why it failed. */
            failure?: null | components["schemas"]["TrainingFailure"];
        };
        /** @description A page of tokenizers. */
        TokenizerPage: {
            /** @description The rows of this page. */
            items: components["schemas"]["TokenizerManifest"][];
            /** @description The `cursor` of the next page; null on the last one. */
            next_cursor?: null | string;
        };
        /** @description How well a tokenizer's vocabulary fits some text. A word is a unit of the pre-tokenizer (a run of letters, digits or signs with the space before it), without white space. Rates count occurrences. */
        TokenizerStatistics: {
            /**
             * Format: double
             * @description Share of words that are in the vocabulary whole, as one token.
             */
            coverage: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Share of words spelled with several tokens: 1 - coverage. Any text can be encoded.
             */
            oov_rate: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description Tokens of the text.
             */
            token_count: number;
            /**
             * Format: double
             * @description Share of characters that lie whole within one token rather than being split into bytes.
             */
            character_coverage: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Tokens per Unicode character.
             */
            tokens_per_character: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Tokens per stretch of text between white space.
             */
            tokens_per_word: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description Lines the statistics were taken on.
             */
            lines: number;
            /**
             * Format: int64
             * @description UTF-8 bytes of those lines, after normalization.
             */
            bytes: number;
            /** @description Whether those lines were kept from training. */
            held_out: boolean;
        };
        /**
         * @description How far the training of a tokenizer is.
         * @enum {string}
         */
        TokenizerStatus: "queued" | "training" | "completed" | "failed";
        /** @description A trainer and its number of undelivered orders. The secret is never returned. */
        TrainerView: {
            /** @description What people call it. */
            name: string;
            /** @description The address. */
            url: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: int32
             * @description How many orders wait for the trainer.
             */
            waiting: number;
            /** @description The last error, in words. */
            last_error?: null | string;
        };
        /** @description The tokenizer whose training was queued. */
        TrainingAccepted: {
            /** @description The tokenizer's id. */
            tokenizer_id: string;
        };
        /** @description What to train, on what, and how: the body of `POST /api/runs/train`. Defaults train well on a laptop. */
        TrainingConfig: {
            /**
             * @description The architecture: a language model (`gpt2`, `llama` or `qwen`), the digit classifier `digits`, or a family of a plugin.
             * @default gpt2
             * @enum {string}
             */
            model_family?: "gpt2" | "llama" | "qwen" | "digits";
            /**
             * @description A named shape: `nano`, `tiny` or `small` of any family, or `gpt2-124m`. Explicit members below replace its parts.
             * @default tiny
             * @enum {string}
             */
            model_size?: "nano" | "tiny" | "small" | "gpt2-124m";
            /**
             * Format: int32
             * @description Transformer blocks; convolutions of `digits`, at most 4.
             */
            layers?: null | number;
            /**
             * Format: int32
             * @description Attention heads.
             */
            heads?: null | number;
            /**
             * Format: int32
             * @description Key and value heads, a divisor of `heads`; as many when unset. GPT-2 always has as many.
             */
            kv_heads?: null | number;
            /**
             * Format: int32
             * @description Width, a multiple of the heads; an even one where positions are rotations (Llama, Qwen). Of `digits`, that of the hidden layer.
             */
            dim?: null | number;
            /**
             * Format: int32
             * @description Context length in tokens. With `pretrained_path`, the length of the training windows.
             */
            max_seq_len?: null | number;
            /** @description A completed tokenizer; none for `digits`. With `pretrained_path`, the folder's own `tokenizer.json` when left out. */
            tokenizer_id?: string;
            /** @description A text file or a folder of them, below `APP__CORPUS_ROOT`; for `digits`, a folder with MNIST's IDX files. */
            corpus_path?: string;
            /**
             * @description Reads bytes of the text that are not UTF-8 as U+FFFD; a file that has any is left out otherwise.
             * @default false
             */
            replace_invalid_bytes?: boolean;
            /**
             * Format: int32
             * @description Sequences or images per forward pass.
             * @default 16
             */
            batch_size?: number;
            /**
             * Format: int32
             * @description Forward passes per optimizer step.
             * @default 1
             */
            gradient_accumulation?: number;
            /**
             * Format: double
             * @description Peak learning rate.
             * @default 0.001
             */
            learning_rate?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * @description `cosine` (down to a tenth), `linear` (down to a tenth), `constant` or `wsd` (constant, then down to a tenth), each after the warmup.
             * @default cosine
             * @enum {string}
             */
            lr_schedule?: "cosine" | "linear" | "constant" | "wsd";
            /**
             * Format: double
             * @description With `wsd`, the share of all steps at the end over which the learning rate decays.
             * @default 0.2
             */
            lr_decay_fraction?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description Steps over which the learning rate rises from 0; a twentieth of all steps, at most 200, when unset.
             */
            warmup_steps?: null | number;
            /**
             * Format: double
             * @description Decoupled weight decay of matrices.
             * @default 0.1
             */
            weight_decay?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Largest norm of the gradient, 0 for no clipping.
             * @default 1
             */
            grad_clip?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * @description `adamw`, or `muon`: Muon for the matrices of linear layers and AdamW for the rest.
             * @default adamw
             * @enum {string}
             */
            optimizer?: "adamw" | "muon";
            /**
             * Format: int32
             * @description Passes over the training data; 1 when neither this nor `max_steps` is set.
             */
            num_epochs?: null | number;
            /**
             * Format: int64
             * @description Optimizer steps after which to stop, whatever the epochs.
             */
            max_steps?: null | number;
            /**
             * Format: double
             * @description Dropout.
             * @default 0
             */
            dropout?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description The share of a target's probability that is spread over all tokens, or digits.
             * @default 0
             */
            label_smoothing?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Weight of the z-loss, which keeps logits small: of the squared logarithm of the softmax's denominator.
             * @default 0
             */
            z_loss?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Decay of the moving average of weights that is evaluated and published in their place; no average when unset.
             */
            ema_decay?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description Tokens of the first sequences, which grow to `max_seq_len` over `curriculum_steps`.
             */
            curriculum_start_len?: null | number;
            /**
             * Format: int64
             * @description Steps over which sequences grow from `curriculum_start_len`.
             */
            curriculum_steps?: null | number;
            /**
             * @description Whether the weights of linear layers are divided by their largest singular value (Miyato et al., 2018).
             * @default false
             */
            spectral_norm?: boolean;
            /**
             * @description The layers that `spectral_norm` applies to: patterns of names, separated by commas, where `*` stands for anything. All linear layers by default.
             * @default *
             */
            spectral_norm_layers?: string;
            /**
             * Format: int32
             * @description Power iterations of `spectral_norm` per step.
             * @default 1
             */
            spectral_norm_iterations?: number;
            /**
             * Format: int64
             * @description Seed of every random choice.
             * @default 1337
             */
            seed?: number;
            /**
             * @description In what matrix products are computed: `fp32`, `bf16` (bfloat16), or `auto`: bfloat16 where the CPU has it. Weights, sums and losses are float32. A machine that can't compute in bfloat16 uses float32, and the run's log says so.
             * @default fp32
             * @enum {string}
             */
            precision?: "fp32" | "bf16" | "auto";
            /**
             * Format: int32
             * @description Threads of the matrix library; all cores when unset. The same count gives the same weights.
             */
            threads?: null | number;
            /**
             * Format: double
             * @description Share of the text's bytes kept for validation: whole files, chosen by `seed`, or the last lines of files that are larger than that share. Of `digits`, the share of the images, unless the folder has test images.
             * @default 0.1
             */
            holdout_fraction?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description Steps between evaluations; at the end of every epoch when unset.
             */
            eval_every?: null | number;
            /**
             * Format: int64
             * @description Held-out tokens of an evaluation during training; a tenth of the tokens trained on between two evaluations, from 2,048 to 65,536, when unset.
             */
            eval_tokens?: null | number;
            /** @description Prompts that each evaluation continues; a single empty one, which begins a new document, when unset. */
            eval_prompts?: null | string[];
            /** @description A text file with a prompt a line, below `APP__CORPUS_ROOT`, instead of `eval_prompts`. */
            eval_prompts_path?: null | string;
            /**
             * Format: int32
             * @description Steps between checkpoints; whenever it evaluates when unset.
             */
            checkpoint_every?: null | number;
            /**
             * Format: int32
             * @description How many of the newest checkpoints to keep; the best one is kept besides.
             * @default 3
             */
            keep_checkpoints?: number;
            /**
             * Format: int32
             * @description Evaluations without improvement after which to stop; never when unset.
             */
            early_stopping_patience?: null | number;
            /**
             * Format: double
             * @description How much the validation loss must fall to count as an improvement for `early_stopping_patience`.
             * @default 0
             */
            early_stopping_min_delta?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Standard deviations above its recent mean from which a training loss is logged as a spike; none is when unset.
             */
            loss_spike_threshold?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * @description Whether a loss spike, or a loss that is not finite, takes the weights and the optimizer back to the last checkpoint. The data goes on, so that what made the spike is left out. Needs `loss_spike_threshold`.
             * @default false
             */
            loss_spike_rollback?: boolean;
            /**
             * Format: int32
             * @description Steps between statistics of weights, gradients and activations (series `stats/…`); none when unset.
             */
            stats_every?: null | number;
            /**
             * Format: int32
             * @description Steps between logged training metrics.
             * @default 10
             */
            log_every?: number;
            /** @description A run or a checkpoint whose weights to begin with. */
            start_from?: null | string;
            /** @description A folder in Hugging Face's format, below `APP__CORPUS_ROOT`, whose model to begin with: `config.json` and safetensors. Its shape replaces `model_size`; `model_family` must be its family. */
            pretrained_path?: null | string;
            /** @description The experiment the run belongs to. */
            experiment_id?: null | string;
            /** @description What a person calls the run. */
            name?: null | string;
            /** @description Free text. */
            notes?: null | string;
            /** @description Tags; a list of names also does. */
            tags?: null | {
                [key: string]: string;
            };
            /** @description Who asked for it, as text or a whole number; passed on to events as it is. */
            user_id?: null | components["schemas"]["UserId"];
        };
        /** @description How long each phase of a tokenizer's training took, in seconds. */
        TrainingDurations: {
            /**
             * Format: double
             * @description Seconds spent reading the text.
             */
            open_seconds: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Seconds spent counting words.
             */
            count_seconds: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Seconds spent merging.
             */
            merge_seconds: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Seconds in all.
             */
            total_seconds: number | ("NaN" | "Infinity" | "-Infinity");
        };
        /** @description The software and machine a tokenizer was trained with. */
        TrainingEnvironment: {
            /** @description The version of Trainyard. */
            trainyard: string;
            /** @description The commit that the program was built from. */
            git_commit?: null | string;
            /** @description The version of .NET. */
            dotnet: string;
            /** @description The operating system. */
            os: string;
            /** @description The processor's model. */
            cpu: string;
            /**
             * Format: int32
             * @description How many processors there are.
             */
            processors: number;
        };
        /** @description Why the training of a tokenizer failed. */
        TrainingFailure: {
            /** @description The failure's class. */
            class: string;
            /** @description What went wrong, for programs. */
            code: components["schemas"]["ErrorCode"];
            /** @description The last error, in words. */
            last_error: string;
        };
        /** @description How far a tokenizer's training is: its phase and its merges. */
        TrainingProgress: {
            /** @description What it is doing. */
            phase: string;
            /**
             * Format: double
             * @description The share that is done, from 0 to 1.
             */
            fraction: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description Merges learned so far.
             */
            merges_done: number;
            /**
             * Format: int32
             * @description Merges to learn.
             */
            merges_wanted: number;
        };
        /** @description The trials of a sweep, counted by outcome. */
        TrialCounts: {
            /**
             * Format: int32
             * @description Trials handed out so far.
             */
            handed: number;
            /**
             * Format: int32
             * @description Trials still to be handed out.
             */
            left: number;
            /**
             * Format: int32
             * @description Trials that run or wait to start.
             */
            pending: number;
            /**
             * Format: int32
             * @description Trials with a value.
             */
            completed: number;
            /**
             * Format: int32
             * @description Trials without a value.
             */
            failed: number;
            /**
             * Format: int32
             * @description Trials stopped early.
             */
            pruned: number;
        };
        /**
         * @description How a trial ended.
         * @enum {string}
         */
        TrialOutcome: "pending" | "pruning" | "completed" | "failed" | "pruned";
        /** @description The trial that was queued. */
        TrialQueued: {
            /** @description The trial's id, which is its run's. */
            trial_id: string;
        };
        /** @description The parameters and result of a trial. The value of a completed trial is null if it is not finite. */
        TrialView: {
            /**
             * Format: int32
             * @description The number, from 1.
             */
            number: number;
            /** @description The trial's id, which is its run's. */
            trial_id: string;
            /** @description How far it is. */
            state: components["schemas"]["TrialOutcome"];
            /**
             * Format: double
             * @description The value.
             */
            value?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int64
             * @description The step.
             */
            step?: null | number;
            /** @description What happened, for people. */
            message?: null | string;
            /** @description The hyperparameters, by name. */
            hyperparams: components["schemas"]["JsonObject"];
        };
        /** @description Who asked for a run: text or a whole number, written again the way it was given. */
        UserId: number | string;
        /** @description The versions of Trainyard, .NET and the operating system. */
        VersionStatus: {
            /** @description The version of Trainyard. */
            trainyard: string;
            /** @description The version of .NET. */
            dotnet: string;
            /** @description The operating system. */
            os: string;
        };
        /** @description The fields of a saved view to create or change. */
        ViewFields: {
            /** @description What people call it. */
            name?: null | string;
            /** @description The path, with `/` between names. */
            path?: null | string;
        };
        /** @description A saved view of the dashboard. */
        ViewView: {
            /** @description The view's id. */
            view_id: string;
            /** @description What people call it. */
            name: string;
            /** @description The path, with `/` between names. */
            path: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
        };
        /** @description A ticket that opens one WebSocket. */
        WebSocketTicket: {
            /** @description Opens one WebSocket: `/ws?ticket=…`. */
            ticket: string;
            /**
             * Format: int32
             * @description Seconds until the ticket expires.
             */
            expires_in: number;
        };
        /** @description State of a firing's webhook call. */
        WebhookView: {
            /** @description Host of the address. The rest may be secret. */
            host: string;
            /**
             * Format: int32
             * @description Attempts so far.
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When the receiver accepted it.
             */
            taken_at?: null | string;
            /**
             * Format: date-time
             * @description Time of the next attempt; null if it was accepted or given up.
             */
            next_at?: null | string;
            /** @description Error of the last attempt. */
            error?: null | string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    GetVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["RunningVersion"];
                };
            };
        };
    };
    CreateWebSocketTicket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ticket": "3vKq0b6yB1m…",
                     *       "expires_in": 60
                     *     }
                     */
                    "application/json": components["schemas"]["WebSocketTicket"];
                };
            };
        };
    };
    PostEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes repeating this request safe. Any string, remembered for a week, or client:sequence, remembered as long as its run. Scoped to the API key and this endpoint. A different body under the same key is rejected. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description One event or a list of them; as NDJSON one event a line. The event may also be named by a list of its parts ("event": ["ml", "run", "metric"]) or as name, with trial_id and model_run_id inside metadata. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "event": "ml.run.metric",
                 *       "trial_id": "abc-123",
                 *       "measurements": {
                 *         "train_loss": 0.123,
                 *         "val_accuracy": 0.891
                 *       },
                 *       "metadata": {
                 *         "epoch": 10
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["MlEvent"] | components["schemas"]["MlEvent"][];
                /**
                 * @example {
                 *       "event": "ml.run.metric",
                 *       "trial_id": "abc-123",
                 *       "measurements": {
                 *         "train_loss": 0.123,
                 *         "val_accuracy": 0.891
                 *       },
                 *       "metadata": {
                 *         "epoch": 10
                 *       }
                 *     }
                 */
                "application/x-ndjson": components["schemas"]["MlEvent"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accepted": 1,
                     *       "repeated": 0
                     *     }
                     */
                    "application/json": components["schemas"]["EventsAccepted"];
                };
            };
        };
    };
    ListRuns: {
        parameters: {
            query?: {
                /** @description One status or several, separated by commas. */
                status?: string;
                /** @description The experiment's id. */
                experiment_id?: string;
                /** @description Part of the name; case is ignored. */
                name?: string;
                /** @description `name` or `name=value`; a run must match all of several. */
                tag?: string[];
                /** @description Whether weights are spectrally normalised. */
                spectral_norm?: boolean;
                /** @description The run's id in MLflow. */
                mlflow_run_id?: string;
                /** @description Whether it stays at the top of lists. */
                pinned?: boolean;
                /** @description True lists the deleted runs that can be restored, instead of the others. */
                deleted?: boolean;
                /** @description MLflow's search language: docs/search.md. */
                filter?: string;
                /** @description A metric, parameter, tag or attribute, and optionally `asc` or `desc`; default: `created_at desc`. */
                order_by?: string;
                /** @description Metrics to return with each run: names separated by commas, or statistics such as `min(name)`. */
                metrics?: string[];
                /** @description Parameters to return with each run. */
                params?: string[];
                /** @description How many rows a page has at most. */
                limit?: null | number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "run_id": "abc-123",
                     *           "name": "gpt2 small",
                     *           "kind": "external",
                     *           "status": "completed",
                     *           "message": null,
                     *           "experiment_id": "exp-1",
                     *           "source": null,
                     *           "spectral_norm": true,
                     *           "created_at": "2026-03-04T12:00:00Z",
                     *           "started_at": "2026-03-04T12:00:00Z",
                     *           "ended_at": "2026-03-04T13:00:00Z",
                     *           "updated_at": "2026-03-04T13:00:00Z",
                     *           "last_heartbeat": "2026-03-04T13:00:00Z",
                     *           "attempt": 1,
                     *           "progress": {
                     *             "step": 1000,
                     *             "total_steps": 1000,
                     *             "fraction": 1,
                     *             "epochs": null
                     *           },
                     *           "eta_seconds": null,
                     *           "error_kind": null,
                     *           "error_code": null,
                     *           "tags": {
                     *             "team": "nlp"
                     *           },
                     *           "pinned": false,
                     *           "locked": false,
                     *           "deleted_at": null,
                     *           "metrics": {
                     *             "val_loss": 1.82
                     *           },
                     *           "params": {
                     *             "lr": "0.001"
                     *           }
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfRunSummary"];
                };
            };
        };
    };
    CreateRun: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "run_id": "abc-123",
                 *       "name": "gpt2 small",
                 *       "experiment_id": "exp-1",
                 *       "config": {
                 *         "lr": 0.001
                 *       },
                 *       "tags": {
                 *         "team": "nlp"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RunFields"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "abc-123",
                     *       "run_id": "abc-123",
                     *       "status": "running"
                     *     }
                     */
                    "application/json": components["schemas"]["RunCreated"];
                };
            };
        };
    };
    GetRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "gpt2 small",
                     *       "kind": "external",
                     *       "status": "running",
                     *       "message": null,
                     *       "experiment_id": "exp-1",
                     *       "source": "my-job",
                     *       "spectral_norm": true,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null,
                     *       "updated_at": "2026-03-04T12:30:00Z",
                     *       "last_heartbeat": "2026-03-04T12:30:00Z",
                     *       "attempt": 1,
                     *       "progress": {
                     *         "step": 500,
                     *         "total_steps": 1000,
                     *         "fraction": 0.5,
                     *         "epochs": null
                     *       },
                     *       "eta_seconds": 1800,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "config": {
                     *         "lr": 0.001
                     *       },
                     *       "notes": null,
                     *       "asked": null,
                     *       "duration_ms": null,
                     *       "mlflow_run_id": null,
                     *       "mlflow_url": null,
                     *       "worker_id": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "from_step": null,
                     *           "started_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "train_loss": 2.1,
                     *         "val_loss": 2.4
                     *       },
                     *       "final_metrics": null,
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false,
                     *       "reproduces_run_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
        };
    };
    UpdateRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "gpt2 small, second try",
                 *       "notes": "with more dropout"
                 *     }
                 */
                "application/json": components["schemas"]["RunFields"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "gpt2 small",
                     *       "kind": "external",
                     *       "status": "running",
                     *       "message": null,
                     *       "experiment_id": "exp-1",
                     *       "source": "my-job",
                     *       "spectral_norm": true,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null,
                     *       "updated_at": "2026-03-04T12:30:00Z",
                     *       "last_heartbeat": "2026-03-04T12:30:00Z",
                     *       "attempt": 1,
                     *       "progress": {
                     *         "step": 500,
                     *         "total_steps": 1000,
                     *         "fraction": 0.5,
                     *         "epochs": null
                     *       },
                     *       "eta_seconds": 1800,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "config": {
                     *         "lr": 0.001
                     *       },
                     *       "notes": null,
                     *       "asked": null,
                     *       "duration_ms": null,
                     *       "mlflow_run_id": null,
                     *       "mlflow_url": null,
                     *       "worker_id": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "from_step": null,
                     *           "started_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "train_loss": 2.1,
                     *         "val_loss": 2.4
                     *       },
                     *       "final_metrics": null,
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false,
                     *       "reproduces_run_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
        };
    };
    DeleteRun: {
        parameters: {
            query?: {
                /** @description Whether to delete it for good at once. */
                permanent?: boolean;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    MoveRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "experiment_id": "exp-1"
                 *     }
                 */
                "application/json": components["schemas"]["MoveRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "gpt2 small",
                     *       "kind": "external",
                     *       "status": "running",
                     *       "message": null,
                     *       "experiment_id": "exp-1",
                     *       "source": "my-job",
                     *       "spectral_norm": true,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null,
                     *       "updated_at": "2026-03-04T12:30:00Z",
                     *       "last_heartbeat": "2026-03-04T12:30:00Z",
                     *       "attempt": 1,
                     *       "progress": {
                     *         "step": 500,
                     *         "total_steps": 1000,
                     *         "fraction": 0.5,
                     *         "epochs": null
                     *       },
                     *       "eta_seconds": 1800,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "config": {
                     *         "lr": 0.001
                     *       },
                     *       "notes": null,
                     *       "asked": null,
                     *       "duration_ms": null,
                     *       "mlflow_run_id": null,
                     *       "mlflow_url": null,
                     *       "worker_id": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "from_step": null,
                     *           "started_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "train_loss": 2.1,
                     *         "val_loss": 2.4
                     *       },
                     *       "final_metrics": null,
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false,
                     *       "reproduces_run_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
        };
    };
    TagRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "set": {
                 *         "team": "nlp"
                 *       },
                 *       "remove": [
                 *         "draft"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["TagChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "gpt2 small",
                     *       "kind": "external",
                     *       "status": "running",
                     *       "message": null,
                     *       "experiment_id": "exp-1",
                     *       "source": "my-job",
                     *       "spectral_norm": true,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null,
                     *       "updated_at": "2026-03-04T12:30:00Z",
                     *       "last_heartbeat": "2026-03-04T12:30:00Z",
                     *       "attempt": 1,
                     *       "progress": {
                     *         "step": 500,
                     *         "total_steps": 1000,
                     *         "fraction": 0.5,
                     *         "epochs": null
                     *       },
                     *       "eta_seconds": 1800,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "config": {
                     *         "lr": 0.001
                     *       },
                     *       "notes": null,
                     *       "asked": null,
                     *       "duration_ms": null,
                     *       "mlflow_run_id": null,
                     *       "mlflow_url": null,
                     *       "worker_id": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "from_step": null,
                     *           "started_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "train_loss": 2.1,
                     *         "val_loss": 2.4
                     *       },
                     *       "final_metrics": null,
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false,
                     *       "reproduces_run_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
        };
    };
    PinRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "gpt2 small",
                     *       "kind": "external",
                     *       "status": "running",
                     *       "message": null,
                     *       "experiment_id": "exp-1",
                     *       "source": "my-job",
                     *       "spectral_norm": true,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null,
                     *       "updated_at": "2026-03-04T12:30:00Z",
                     *       "last_heartbeat": "2026-03-04T12:30:00Z",
                     *       "attempt": 1,
                     *       "progress": {
                     *         "step": 500,
                     *         "total_steps": 1000,
                     *         "fraction": 0.5,
                     *         "epochs": null
                     *       },
                     *       "eta_seconds": 1800,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "config": {
                     *         "lr": 0.001
                     *       },
                     *       "notes": null,
                     *       "asked": null,
                     *       "duration_ms": null,
                     *       "mlflow_run_id": null,
                     *       "mlflow_url": null,
                     *       "worker_id": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "from_step": null,
                     *           "started_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "train_loss": 2.1,
                     *         "val_loss": 2.4
                     *       },
                     *       "final_metrics": null,
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false,
                     *       "reproduces_run_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
        };
    };
    UnpinRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "gpt2 small",
                     *       "kind": "external",
                     *       "status": "running",
                     *       "message": null,
                     *       "experiment_id": "exp-1",
                     *       "source": "my-job",
                     *       "spectral_norm": true,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null,
                     *       "updated_at": "2026-03-04T12:30:00Z",
                     *       "last_heartbeat": "2026-03-04T12:30:00Z",
                     *       "attempt": 1,
                     *       "progress": {
                     *         "step": 500,
                     *         "total_steps": 1000,
                     *         "fraction": 0.5,
                     *         "epochs": null
                     *       },
                     *       "eta_seconds": 1800,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "config": {
                     *         "lr": 0.001
                     *       },
                     *       "notes": null,
                     *       "asked": null,
                     *       "duration_ms": null,
                     *       "mlflow_run_id": null,
                     *       "mlflow_url": null,
                     *       "worker_id": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "from_step": null,
                     *           "started_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "train_loss": 2.1,
                     *         "val_loss": 2.4
                     *       },
                     *       "final_metrics": null,
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false,
                     *       "reproduces_run_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
        };
    };
    LockRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "gpt2 small",
                     *       "kind": "external",
                     *       "status": "running",
                     *       "message": null,
                     *       "experiment_id": "exp-1",
                     *       "source": "my-job",
                     *       "spectral_norm": true,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null,
                     *       "updated_at": "2026-03-04T12:30:00Z",
                     *       "last_heartbeat": "2026-03-04T12:30:00Z",
                     *       "attempt": 1,
                     *       "progress": {
                     *         "step": 500,
                     *         "total_steps": 1000,
                     *         "fraction": 0.5,
                     *         "epochs": null
                     *       },
                     *       "eta_seconds": 1800,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "config": {
                     *         "lr": 0.001
                     *       },
                     *       "notes": null,
                     *       "asked": null,
                     *       "duration_ms": null,
                     *       "mlflow_run_id": null,
                     *       "mlflow_url": null,
                     *       "worker_id": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "from_step": null,
                     *           "started_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "train_loss": 2.1,
                     *         "val_loss": 2.4
                     *       },
                     *       "final_metrics": null,
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false,
                     *       "reproduces_run_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
        };
    };
    UnlockRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "gpt2 small",
                     *       "kind": "external",
                     *       "status": "running",
                     *       "message": null,
                     *       "experiment_id": "exp-1",
                     *       "source": "my-job",
                     *       "spectral_norm": true,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null,
                     *       "updated_at": "2026-03-04T12:30:00Z",
                     *       "last_heartbeat": "2026-03-04T12:30:00Z",
                     *       "attempt": 1,
                     *       "progress": {
                     *         "step": 500,
                     *         "total_steps": 1000,
                     *         "fraction": 0.5,
                     *         "epochs": null
                     *       },
                     *       "eta_seconds": 1800,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "config": {
                     *         "lr": 0.001
                     *       },
                     *       "notes": null,
                     *       "asked": null,
                     *       "duration_ms": null,
                     *       "mlflow_run_id": null,
                     *       "mlflow_url": null,
                     *       "worker_id": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "from_step": null,
                     *           "started_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "train_loss": 2.1,
                     *         "val_loss": 2.4
                     *       },
                     *       "final_metrics": null,
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false,
                     *       "reproduces_run_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
        };
    };
    RestoreRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "gpt2 small",
                     *       "kind": "external",
                     *       "status": "running",
                     *       "message": null,
                     *       "experiment_id": "exp-1",
                     *       "source": "my-job",
                     *       "spectral_norm": true,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null,
                     *       "updated_at": "2026-03-04T12:30:00Z",
                     *       "last_heartbeat": "2026-03-04T12:30:00Z",
                     *       "attempt": 1,
                     *       "progress": {
                     *         "step": 500,
                     *         "total_steps": 1000,
                     *         "fraction": 0.5,
                     *         "epochs": null
                     *       },
                     *       "eta_seconds": 1800,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "config": {
                     *         "lr": 0.001
                     *       },
                     *       "notes": null,
                     *       "asked": null,
                     *       "duration_ms": null,
                     *       "mlflow_run_id": null,
                     *       "mlflow_url": null,
                     *       "worker_id": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "from_step": null,
                     *           "started_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "metrics": {
                     *         "train_loss": 2.1,
                     *         "val_loss": 2.4
                     *       },
                     *       "final_metrics": null,
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false,
                     *       "reproduces_run_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
        };
    };
    ActOnRuns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filter": "metrics.val_loss > 5 AND tags.team = 'nlp'",
                 *       "action": "tag",
                 *       "tags": {
                 *         "verdict": "diverged"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewBulk"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "run_id": "abc-123",
                     *           "done": true,
                     *           "code": null,
                     *           "message": null
                     *         },
                     *         {
                     *           "run_id": "abc-124",
                     *           "done": false,
                     *           "code": "ILLEGAL_TRANSITION",
                     *           "message": "Run abc-124 is locked. Unlock it first."
                     *         }
                     *       ],
                     *       "more": false
                     *     }
                     */
                    "application/json": components["schemas"]["BulkDone"];
                };
            };
        };
    };
    TrainModel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tokenizer_id": "tok-4f9k2m7qx1tz",
                 *       "corpus_path": "my-text",
                 *       "model_size": "tiny",
                 *       "num_epochs": 3,
                 *       "learning_rate": 0.001
                 *     }
                 */
                "application/json": components["schemas"]["TrainingConfig"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-4f9k2m7qx1tz"
                     *     }
                     */
                    "application/json": components["schemas"]["RunQueued"];
                };
            };
        };
    };
    ListModelFamilies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "gru",
                     *           "plugin": {
                     *             "name": "gru",
                     *             "version": "1.0.0",
                     *             "description": "A recurrent language model."
                     *           },
                     *           "traits": {
                     *             "title": "GRU (sample)",
                     *             "model_types": [
                     *               "sample_gru"
                     *             ],
                     *             "is_language_model": true,
                     *             "event_group": "trainer",
                     *             "shares_kv_heads": false,
                     *             "rotates_positions": false,
                     *             "learns_positions": false,
                     *             "block_path": "layers",
                     *             "block_layers": [
                     *               "input",
                     *               "state"
                     *             ],
                     *             "other_layers": [],
                     *             "feed_forward_matrices": 0,
                     *             "feed_forward_ratio": 0,
                     *             "feed_forward_multiple": 1,
                     *             "block_vectors": 0,
                     *             "head_vectors": 0,
                     *             "final_vectors": 0
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ModelFamilyList"];
                };
            };
        };
    };
    GetMetricHistory: {
        parameters: {
            query?: {
                /** @description Names of series, separated by commas or as several parameters. Quote a name that contains a comma. Default: the first 100 by name. */
                keys?: string[];
                /** @description The first step. */
                from_step?: null | number;
                /** @description The last step. */
                to_step?: null | number;
                /** @description Maximum points per curve. Default: 2,000. */
                max_points?: null | number;
                /** @description `all` or the number of an attempt, to include superseded points. Default: the clean curve. */
                attempt?: string;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "series": [
                     *         {
                     *           "name": "train_loss",
                     *           "count": 2,
                     *           "summarised": false,
                     *           "points": [
                     *             {
                     *               "step": 1,
                     *               "time": "2026-01-05T12:34:56Z",
                     *               "value": 2.31
                     *             },
                     *             {
                     *               "step": 2,
                     *               "time": "2026-01-05T12:34:57Z",
                     *               "value": "NaN"
                     *             }
                     *           ]
                     *         },
                     *         {
                     *           "name": "val_loss",
                     *           "count": 9000000,
                     *           "summarised": true,
                     *           "buckets": [
                     *             {
                     *               "from_step": 0,
                     *               "to_step": 65535,
                     *               "time": "2026-01-05T12:34:57Z",
                     *               "min": 1.9,
                     *               "max": 10.8,
                     *               "mean": 3.2,
                     *               "last": 2,
                     *               "count": 65536,
                     *               "nan_count": 1,
                     *               "infinite_count": 0
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "total_series": 2
                     *     }
                     */
                    "application/json": components["schemas"]["MetricHistory"];
                };
            };
        };
    };
    LogMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a request under the same key changes nothing; another body under it is refused with 422. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "step": 1,
                 *         "metrics": {
                 *           "train_loss": 2.31,
                 *           "val_accuracy": "NaN"
                 *         },
                 *         "timestamp": "2026-01-05T12:34:56Z"
                 *       }
                 *     ]
                 */
                "application/json": components["schemas"]["MetricsEntry"] | components["schemas"]["MetricsEntry"][];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "stored": 1,
                     *       "repeated": 0
                     *     }
                     */
                    "application/json": components["schemas"]["MetricsAccepted"];
                };
            };
        };
    };
    GetCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The checkpoint's id. */
                checkpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "checkpoint_id": "ckpt-1a2b3c4d5e6f",
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "path": "checkpoints/1200",
                     *       "attempt": 1,
                     *       "step": 1200,
                     *       "is_best": true,
                     *       "size": 14680064,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "metrics": {
                     *         "val_loss": 2.31
                     *       },
                     *       "metadata": null,
                     *       "saved_at": "2026-03-04T12:00:00Z",
                     *       "validation": "valid",
                     *       "checked_at": "2026-03-04T12:00:01Z",
                     *       "format": "folder",
                     *       "tensors": 52,
                     *       "parameters": 3670016,
                     *       "available": true
                     *     }
                     */
                    "application/json": components["schemas"]["CheckpointView"];
                };
            };
        };
    };
    DeleteCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The checkpoint's id. */
                checkpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "checkpoint_id": "ckpt-1a2b3c4d5e6f",
                     *       "files_deleted": 4,
                     *       "files_kept": false
                     *     }
                     */
                    "application/json": components["schemas"]["CheckpointDeleted"];
                };
            };
        };
    };
    EvaluateRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "on": "validation",
                 *       "max_tokens": 1000000,
                 *       "samples": 3
                 *     }
                 */
                "application/json": null | components["schemas"]["EvaluationRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "evaluation_id": "eval-7h3k9d2m5p8q",
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "status": "queued",
                     *       "message": null,
                     *       "error_kind": null,
                     *       "error_code": null,
                     *       "request": {
                     *         "on": "validation",
                     *         "checkpoint_id": null,
                     *         "max_tokens": 1000000,
                     *         "samples": 3,
                     *         "sample_tokens": 64
                     *       },
                     *       "checkpoint_id": "ckpt-1a2b3c4d5e6f",
                     *       "step": 1200,
                     *       "metrics": null,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": null,
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["EvaluationView"];
                };
            };
        };
    };
    GetEvaluation: {
        parameters: {
            query?: {
                /** @description A run to compare with. Default: the one that the last evaluation names. */
                baseline?: string;
                /** @description The share by which a measurement may be worse than the baseline's. Default: 0.01. */
                tolerance?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "evaluation": null,
                     *       "metrics": {
                     *         "evaluation_id": "eval-7h3k9d2m5p8q",
                     *         "step": 1200,
                     *         "on": "validation",
                     *         "loss": 3.41,
                     *         "perplexity": 30.3,
                     *         "bits_per_byte": 1.52,
                     *         "tokens_per_byte": 0.31,
                     *         "accuracy_top1": 0.38,
                     *         "accuracy_top5": 0.61,
                     *         "tokens": 81920,
                     *         "bytes": 264258,
                     *         "tokens_available": 81920,
                     *         "duration_s": 12.4,
                     *         "evaluated_at": "2026-03-04T12:00:30Z"
                     *       },
                     *       "artifacts": [
                     *         "/api/artifacts/models/run-4f9k2m7qx1tz/eval/metrics.json",
                     *         "/api/artifacts/models/run-4f9k2m7qx1tz/eval/samples.jsonl"
                     *       ],
                     *       "regression": {
                     *         "baseline_run_id": "run-1a2b3c4d5e6f",
                     *         "on": "validation",
                     *         "tolerance": 0.01,
                     *         "is_regression": false,
                     *         "message": "bits_per_byte is 1.5200, 1.5400 in run-1a2b3c4d5e6f: better.",
                     *         "metrics": [
                     *           {
                     *             "metric": "bits_per_byte",
                     *             "value": 1.52,
                     *             "baseline": 1.54,
                     *             "change": -0.013,
                     *             "is_worse": false
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["EvaluationResult"];
                };
            };
        };
    };
    ReproduceRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-4f9k2m7qx1tz"
                     *     }
                     */
                    "application/json": components["schemas"]["RunQueued"];
                };
            };
        };
    };
    GetReproduction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "reproduces_run_id": "run-1a2b3c4d5e6f",
                     *       "status": "completed",
                     *       "curve_is_identical": true,
                     *       "points": 31,
                     *       "first_difference": null,
                     *       "weights_are_identical": true,
                     *       "differences": [],
                     *       "message": "Curve and weights are identical to the last bit."
                     *     }
                     */
                    "application/json": components["schemas"]["Reproduction"];
                };
            };
        };
    };
    CompareRuns: {
        parameters: {
            query?: {
                /** @description The name of a series. */
                metric?: string;
                /** @description The values of the hyperparameters that the group has in common. */
                by?: string[];
                /** @description Which value of a series counts: `last`, `min`, `max` or `mean`. */
                stat?: string;
            };
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "metric": "val_loss",
                     *       "stat": "min",
                     *       "groups": [
                     *         {
                     *           "by": {
                     *             "spectral_norm": false
                     *           },
                     *           "runs": 5,
                     *           "count": 4,
                     *           "missing": 1,
                     *           "mean": 2.31,
                     *           "std": 0.04,
                     *           "min": 2.27,
                     *           "max": 2.36,
                     *           "run_ids": [
                     *             "run-1",
                     *             "run-2",
                     *             "run-3",
                     *             "run-4",
                     *             "run-5"
                     *           ]
                     *         },
                     *         {
                     *           "by": {
                     *             "spectral_norm": true
                     *           },
                     *           "runs": 5,
                     *           "count": 5,
                     *           "missing": 0,
                     *           "mean": 2.18,
                     *           "std": 0.02,
                     *           "min": 2.16,
                     *           "max": 2.21,
                     *           "run_ids": [
                     *             "run-6",
                     *             "run-7",
                     *             "run-8",
                     *             "run-9",
                     *             "run-10"
                     *           ]
                     *         }
                     *       ],
                     *       "groups_in_all": 2,
                     *       "truncated": false
                     *     }
                     */
                    "application/json": components["schemas"]["Comparison"];
                };
            };
        };
    };
    GetImportance: {
        parameters: {
            query?: {
                /** @description The name of a series. */
                metric?: string;
                /** @description Which value of a series counts: `last`, `min`, `max` or `mean`. */
                stat?: string;
            };
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "metric": "val_loss",
                     *       "stat": "min",
                     *       "runs": 40,
                     *       "missing": 2,
                     *       "parameters": [
                     *         {
                     *           "name": "learning_rate",
                     *           "importance": 0.81,
                     *           "main_effect": 0.7,
                     *           "scale": "log",
                     *           "values": 40
                     *         },
                     *         {
                     *           "name": "spectral_norm",
                     *           "importance": 0.19,
                     *           "main_effect": 0.16,
                     *           "scale": "choice",
                     *           "values": 2
                     *         }
                     *       ],
                     *       "left_out": [
                     *         {
                     *           "name": "seed",
                     *           "reason": "all runs have the same"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Importances"];
                };
            };
        };
    };
    ListTrials: {
        parameters: {
            query?: {
                /** @description One status or several, separated by commas. */
                status?: string;
                /** @description The experiment's id. */
                experiment_id?: string;
                /** @description Part of the name; case is ignored. */
                name?: string;
                /** @description `name` or `name=value`; a run must match all of several. */
                tag?: string[];
                /** @description Whether weights are spectrally normalised. */
                spectral_norm?: boolean;
                /** @description The run's id in MLflow. */
                mlflow_run_id?: string;
                /** @description Whether it stays at the top of lists. */
                pinned?: boolean;
                /** @description True lists the deleted runs that can be restored, instead of the others. */
                deleted?: boolean;
                /** @description MLflow's search language: docs/search.md. */
                filter?: string;
                /** @description A metric, parameter, tag or attribute, and optionally `asc` or `desc`; default: `created_at desc`. */
                order_by?: string;
                /** @description Metrics to return with each run: names separated by commas, or statistics such as `min(name)`. */
                metrics?: string[];
                /** @description Parameters to return with each run. */
                params?: string[];
                /** @description How many rows a page has at most. */
                limit?: null | number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "run_id": "abc-123",
                     *           "name": "gpt2 small",
                     *           "kind": "external",
                     *           "status": "completed",
                     *           "message": null,
                     *           "experiment_id": "exp-1",
                     *           "source": null,
                     *           "spectral_norm": true,
                     *           "created_at": "2026-03-04T12:00:00Z",
                     *           "started_at": "2026-03-04T12:00:00Z",
                     *           "ended_at": "2026-03-04T13:00:00Z",
                     *           "updated_at": "2026-03-04T13:00:00Z",
                     *           "last_heartbeat": "2026-03-04T13:00:00Z",
                     *           "attempt": 1,
                     *           "progress": {
                     *             "step": 1000,
                     *             "total_steps": 1000,
                     *             "fraction": 1,
                     *             "epochs": null
                     *           },
                     *           "eta_seconds": null,
                     *           "error_kind": null,
                     *           "error_code": null,
                     *           "tags": {
                     *             "team": "nlp"
                     *           },
                     *           "pinned": false,
                     *           "locked": false,
                     *           "deleted_at": null,
                     *           "metrics": {
                     *             "val_loss": 1.82
                     *           },
                     *           "params": {
                     *             "lr": "0.001"
                     *           }
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfRunSummary"];
                };
            };
        };
    };
    CreateTrial: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "trainer": "gpu-box",
                 *       "name": "with spectral norm",
                 *       "hyperparams": {
                 *         "lr": 0.001,
                 *         "spectral_norm": true
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewTrial"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "trial_id": "run-8w2c4d6f8h0k"
                     *     }
                     */
                    "application/json": components["schemas"]["TrialQueued"];
                };
            };
        };
    };
    ExportRun: {
        parameters: {
            query?: {
                /** @description `json` (the default: everything, for import elsewhere), `csv`, `parquet` or `tensorboard`. */
                format?: string;
                /** @description Names of series, separated by commas (quote a name that has one), or one in each of several parameters; all by default. */
                keys?: string[];
                /** @description The first step. */
                from_step?: null | number;
                /** @description The last step. */
                to_step?: null | number;
                /** @description `clean` for the curve without replaced points, `all` for those of every attempt. The default is `all` for JSON, else `clean`. */
                attempts?: string;
                /** @description Whether to include the run's log in JSON. */
                logs?: boolean;
                /** @description Whether to include images, audio, texts, tables and histograms in JSON and TensorBoard files. Default: true. */
                media?: boolean;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "type": "export",
                     *         "format": "trainyard",
                     *         "version": 1,
                     *         "exported_at": "2026-03-04T12:30:00Z"
                     *       },
                     *       {
                     *         "type": "run",
                     *         "run_id": "run-4f9k2m7qx1tz",
                     *         "name": "gpt2-small",
                     *         "status": "completed",
                     *         "params": {
                     *           "lr": 0.001
                     *         },
                     *         "tags": {
                     *           "team": "nlp"
                     *         },
                     *         "created_at": "2026-03-04T12:00:00Z",
                     *         "attempts": [
                     *           {
                     *             "number": 1,
                     *             "from_step": null,
                     *             "started_at": "2026-03-04T12:00:00Z"
                     *           }
                     *         ]
                     *       },
                     *       {
                     *         "type": "points",
                     *         "run_id": "run-4f9k2m7qx1tz",
                     *         "series": "loss",
                     *         "resolution": "raw",
                     *         "seqs": [
                     *           0,
                     *           1
                     *         ],
                     *         "attempts": [
                     *           1,
                     *           1
                     *         ],
                     *         "steps": [
                     *           1,
                     *           2
                     *         ],
                     *         "times": [
                     *           1772625600000000,
                     *           1772625601000000
                     *         ],
                     *         "values": [
                     *           2.5,
                     *           "NaN"
                     *         ]
                     *       },
                     *       {
                     *         "type": "end",
                     *         "runs": 1,
                     *         "points": 2
                     *       }
                     *     ]
                     */
                    "application/json": {
                        [key: string]: unknown;
                    }[];
                };
            };
        };
    };
    ExportExperiment: {
        parameters: {
            query?: {
                /** @description `json` (the default: everything, for import elsewhere), `csv`, `parquet` or `tensorboard`. */
                format?: string;
                /** @description Names of series, separated by commas (quote a name that has one), or one in each of several parameters; all by default. */
                keys?: string[];
                /** @description The first step. */
                from_step?: null | number;
                /** @description The last step. */
                to_step?: null | number;
                /** @description `clean` for the curve without replaced points, `all` for those of every attempt. The default is `all` for JSON, else `clean`. */
                attempts?: string;
                /** @description Whether to include the run's log in JSON. */
                logs?: boolean;
                /** @description Whether to include images, audio, texts, tables and histograms in JSON and TensorBoard files. Default: true. */
                media?: boolean;
            };
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "type": "export",
                     *         "format": "trainyard",
                     *         "version": 1,
                     *         "exported_at": "2026-03-04T12:30:00Z"
                     *       },
                     *       {
                     *         "type": "run",
                     *         "run_id": "run-4f9k2m7qx1tz",
                     *         "name": "gpt2-small",
                     *         "status": "completed",
                     *         "params": {
                     *           "lr": 0.001
                     *         },
                     *         "tags": {
                     *           "team": "nlp"
                     *         },
                     *         "created_at": "2026-03-04T12:00:00Z",
                     *         "attempts": [
                     *           {
                     *             "number": 1,
                     *             "from_step": null,
                     *             "started_at": "2026-03-04T12:00:00Z"
                     *           }
                     *         ]
                     *       },
                     *       {
                     *         "type": "points",
                     *         "run_id": "run-4f9k2m7qx1tz",
                     *         "series": "loss",
                     *         "resolution": "raw",
                     *         "seqs": [
                     *           0,
                     *           1
                     *         ],
                     *         "attempts": [
                     *           1,
                     *           1
                     *         ],
                     *         "steps": [
                     *           1,
                     *           2
                     *         ],
                     *         "times": [
                     *           1772625600000000,
                     *           1772625601000000
                     *         ],
                     *         "values": [
                     *           2.5,
                     *           "NaN"
                     *         ]
                     *       },
                     *       {
                     *         "type": "end",
                     *         "runs": 1,
                     *         "points": 2
                     *       }
                     *     ]
                     */
                    "application/json": {
                        [key: string]: unknown;
                    }[];
                };
            };
        };
    };
    Import: {
        parameters: {
            query?: {
                /** @description The file format. */
                format?: string;
                /** @description The experiment's id. */
                experiment_id?: string;
                /** @description What the source's steps are multiplied with. */
                step_multiplier?: null | number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description With format in the query, the data to import; otherwise JSON with its path. The Content-Type is ignored. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "path": "runs/2025",
                 *       "format": "tensorboard"
                 *     }
                 */
                "application/json": components["schemas"]["ImportRequest"];
                "*/*": string;
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "import_id": "import-4f9k2m7qx1tz",
                     *       "state": "queued"
                     *     }
                     */
                    "application/json": components["schemas"]["ImportAccepted"];
                };
            };
        };
    };
    StreamEvents: {
        parameters: {
            query?: {
                /** @description Only events of these runs: ids, with commas. */
                run?: string[];
                /** @description Only events of these types, with commas. */
                type?: string[];
            };
            header?: {
                /** @description The id of the last event that was seen; the stream goes on after it. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    CancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "status": "running",
                     *       "message": "cancelling"
                     *     }
                     */
                    "application/json": components["schemas"]["RunState"];
                };
            };
        };
    };
    PauseRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "status": "running",
                     *       "message": "pausing"
                     *     }
                     */
                    "application/json": components["schemas"]["RunState"];
                };
            };
        };
    };
    CheckpointRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "status": "running",
                     *       "message": null
                     *     }
                     */
                    "application/json": components["schemas"]["RunState"];
                };
            };
        };
    };
    ResumeRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "from_step": 1200
                 *     }
                 */
                "application/json": null | components["schemas"]["ResumeFrom"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "status": "queued",
                     *       "attempt": 2,
                     *       "last_checkpoint": {
                     *         "checkpoint_id": "ckpt-1a2b3c4d5e6f",
                     *         "run_id": "run-4f9k2m7qx1tz",
                     *         "path": "checkpoints/1200",
                     *         "attempt": 1,
                     *         "step": 1200,
                     *         "is_best": true,
                     *         "size": 14680064,
                     *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *         "metrics": {
                     *           "val_loss": 2.31
                     *         },
                     *         "metadata": null,
                     *         "saved_at": "2026-03-04T12:00:00Z",
                     *         "validation": "valid",
                     *         "checked_at": "2026-03-04T12:00:01Z",
                     *         "format": "folder",
                     *         "tensors": 52,
                     *         "parameters": 3670016,
                     *         "available": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["RunGoesOn"];
                };
            };
        };
    };
    GetLatestMetrics: {
        parameters: {
            query?: {
                /** @description Returns only series whose name has this prefix. */
                prefix?: string;
                /** @description Default: 1,000. */
                limit?: null | number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "series": [
                     *         {
                     *           "name": "train_loss",
                     *           "step": 900,
                     *           "value": 2,
                     *           "time": "2026-01-05T12:34:56Z",
                     *           "min": 1.9,
                     *           "min_step": 850,
                     *           "max": 10.8,
                     *           "max_step": 1,
                     *           "count": 900,
                     *           "nan_count": 0,
                     *           "infinite_count": 0
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["LatestMetrics"];
                };
            };
        };
    };
    GetMetricHistories: {
        parameters: {
            query?: {
                /** @description Run ids, separated by commas or as several parameters. Quote an id that contains a comma. */
                runs?: string[];
                /** @description Names of series, in the same format. Default: the first 100 of each run by name. */
                keys?: string[];
                /** @description The first step. */
                from_step?: null | number;
                /** @description The last step. */
                to_step?: null | number;
                /** @description Maximum points per curve. Default: 2,000, or fewer if the answer would exceed its limit. */
                max_points?: null | number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runs": [
                     *         {
                     *           "run_id": "abc-123",
                     *           "series": [
                     *             {
                     *               "name": "train_loss",
                     *               "count": 2,
                     *               "summarised": false,
                     *               "points": [
                     *                 {
                     *                   "step": 1,
                     *                   "time": "2026-01-05T12:34:56Z",
                     *                   "value": 2.31
                     *                 },
                     *                 {
                     *                   "step": 2,
                     *                   "time": "2026-01-05T12:34:57Z",
                     *                   "value": "NaN"
                     *                 }
                     *               ]
                     *             },
                     *             {
                     *               "name": "val_loss",
                     *               "count": 9000000,
                     *               "summarised": true,
                     *               "buckets": [
                     *                 {
                     *                   "from_step": 0,
                     *                   "to_step": 65535,
                     *                   "time": "2026-01-05T12:34:57Z",
                     *                   "min": 1.9,
                     *                   "max": 10.8,
                     *                   "mean": 3.2,
                     *                   "last": 2,
                     *                   "count": 65536,
                     *                   "nan_count": 1,
                     *                   "infinite_count": 0
                     *                 }
                     *               ]
                     *             }
                     *           ],
                     *           "total_series": 2
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Histories"];
                };
            };
        };
    };
    QueryMetricHistories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "runs": [
                 *         "abc-123",
                 *         "abc-124"
                 *       ],
                 *       "keys": [
                 *         "train_loss",
                 *         "val_loss"
                 *       ],
                 *       "from_step": 0,
                 *       "to_step": 100000,
                 *       "max_points": 500
                 *     }
                 */
                "application/json": components["schemas"]["HistoriesWanted"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runs": [
                     *         {
                     *           "run_id": "abc-123",
                     *           "series": [
                     *             {
                     *               "name": "train_loss",
                     *               "count": 2,
                     *               "summarised": false,
                     *               "points": [
                     *                 {
                     *                   "step": 1,
                     *                   "time": "2026-01-05T12:34:56Z",
                     *                   "value": 2.31
                     *                 },
                     *                 {
                     *                   "step": 2,
                     *                   "time": "2026-01-05T12:34:57Z",
                     *                   "value": "NaN"
                     *                 }
                     *               ]
                     *             },
                     *             {
                     *               "name": "val_loss",
                     *               "count": 9000000,
                     *               "summarised": true,
                     *               "buckets": [
                     *                 {
                     *                   "from_step": 0,
                     *                   "to_step": 65535,
                     *                   "time": "2026-01-05T12:34:57Z",
                     *                   "min": 1.9,
                     *                   "max": 10.8,
                     *                   "mean": 3.2,
                     *                   "last": 2,
                     *                   "count": 65536,
                     *                   "nan_count": 1,
                     *                   "infinite_count": 0
                     *                 }
                     *               ]
                     *             }
                     *           ],
                     *           "total_series": 2
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Histories"];
                };
            };
        };
    };
    ListCheckpoints: {
        parameters: {
            query?: {
                /** @description The order of the rows. */
                order_by?: string;
                /** @description The best value or checkpoint. */
                best?: boolean;
                /** @description How many rows a page has at most. */
                limit?: null | number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "checkpoint_id": "ckpt-1a2b3c4d5e6f",
                     *           "run_id": "run-4f9k2m7qx1tz",
                     *           "path": "checkpoints/1200",
                     *           "attempt": 1,
                     *           "step": 1200,
                     *           "is_best": true,
                     *           "size": 14680064,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "metrics": {
                     *             "val_loss": 2.31
                     *           },
                     *           "metadata": null,
                     *           "saved_at": "2026-03-04T12:00:00Z",
                     *           "validation": "valid",
                     *           "checked_at": "2026-03-04T12:00:01Z",
                     *           "format": "folder",
                     *           "tensors": 52,
                     *           "parameters": 3670016,
                     *           "available": true
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfCheckpointView"];
                };
            };
        };
    };
    RegisterCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "path": "checkpoints/1200/model.safetensors",
                 *       "step": 1200,
                 *       "is_best": true,
                 *       "metrics": {
                 *         "val_loss": 2.31
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewCheckpoint"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "checkpoint_id": "ckpt-1a2b3c4d5e6f",
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "path": "checkpoints/1200",
                     *       "attempt": 1,
                     *       "step": 1200,
                     *       "is_best": true,
                     *       "size": 14680064,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "metrics": {
                     *         "val_loss": 2.31
                     *       },
                     *       "metadata": null,
                     *       "saved_at": "2026-03-04T12:00:00Z",
                     *       "validation": "valid",
                     *       "checked_at": "2026-03-04T12:00:01Z",
                     *       "format": "folder",
                     *       "tensors": 52,
                     *       "parameters": 3670016,
                     *       "available": true
                     *     }
                     */
                    "application/json": components["schemas"]["CheckpointView"];
                };
            };
        };
    };
    MarkBestCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The checkpoint's id. */
                checkpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "checkpoint_id": "ckpt-1a2b3c4d5e6f",
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "path": "checkpoints/1200",
                     *       "attempt": 1,
                     *       "step": 1200,
                     *       "is_best": true,
                     *       "size": 14680064,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "metrics": {
                     *         "val_loss": 2.31
                     *       },
                     *       "metadata": null,
                     *       "saved_at": "2026-03-04T12:00:00Z",
                     *       "validation": "valid",
                     *       "checked_at": "2026-03-04T12:00:01Z",
                     *       "format": "folder",
                     *       "tensors": 52,
                     *       "parameters": 3670016,
                     *       "available": true
                     *     }
                     */
                    "application/json": components["schemas"]["CheckpointView"];
                };
            };
        };
    };
    LoadCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The checkpoint's id. */
                checkpointId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "learning_rate": 0.0003,
                 *       "num_epochs": 1
                 *     }
                 */
                "application/json": null | components["schemas"]["JsonObject"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": null,
                     *       "path": "/data/checkpoints/epoch-3.pt"
                     *     }
                     */
                    "application/json": components["schemas"]["CheckpointLoaded"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-8x2m4k7qz1tp",
                     *       "path": null
                     *     }
                     */
                    "application/json": components["schemas"]["CheckpointLoaded"];
                };
            };
        };
    };
    GetLogs: {
        parameters: {
            query?: {
                /** @description How many rows a page has at most. */
                limit?: null | number;
                /** @description Only what came after this id. */
                after?: null | number;
                /** @description Minimum level: `debug`, `info`, `warning` or `error`. */
                level?: string;
                /** @description Text that the message must contain, ignoring case. */
                contains?: string;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "logs": [
                     *         {
                     *           "id": 812,
                     *           "time": "2026-03-04T12:00:00Z",
                     *           "level": "warning",
                     *           "message": "loss is not finite",
                     *           "attempt": 1
                     *         }
                     *       ],
                     *       "next": 812
                     *     }
                     */
                    "application/json": components["schemas"]["LogTail"];
                };
            };
        };
    };
    StreamLogs: {
        parameters: {
            query?: {
                /** @description Only what came after this id. */
                after?: null | number;
                /** @description Minimum level: `debug`, `info`, `warning` or `error`. */
                level?: string;
                /** @description Text that the message must contain, ignoring case. */
                contains?: string;
            };
            header?: {
                /** @description The id of the last event that was seen; the stream goes on after it. */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    ListExperiments: {
        parameters: {
            query?: {
                /** @description The folder it is in, with `/` between names. */
                folder?: string;
                /** @description Only what is deleted and can be restored. */
                deleted?: boolean;
                /** @description How many rows a page has at most. */
                limit?: null | number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "experiment_id": "exp-1",
                     *           "name": "norms",
                     *           "description": null,
                     *           "folder": "nlp/ablation",
                     *           "notes": null,
                     *           "tags": {
                     *             "team": "nlp"
                     *           },
                     *           "search_space": null,
                     *           "created_at": "2026-03-04T12:00:00Z",
                     *           "deleted_at": null,
                     *           "runs": {
                     *             "completed": 3,
                     *             "running": 1
                     *           }
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfExperimentView"];
                };
            };
        };
    };
    CreateExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "experiment_id": "exp-1",
                 *       "name": "norms",
                 *       "folder": "nlp/ablation"
                 *     }
                 */
                "application/json": components["schemas"]["ExperimentFields"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "experiment_id": "exp-1",
                     *       "name": "norms",
                     *       "description": null,
                     *       "folder": "nlp/ablation",
                     *       "notes": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "search_space": null,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "deleted_at": null,
                     *       "runs": {
                     *         "completed": 3,
                     *         "running": 1
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ExperimentView"];
                };
            };
        };
    };
    ListExperimentFolders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "path": "",
                     *       "name": "",
                     *       "experiments": 2,
                     *       "total": 3,
                     *       "folders": [
                     *         {
                     *           "path": "nlp",
                     *           "name": "nlp",
                     *           "experiments": 1,
                     *           "total": 1,
                     *           "folders": []
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FolderView"];
                };
            };
        };
    };
    GetExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "experiment_id": "exp-1",
                     *       "name": "norms",
                     *       "description": null,
                     *       "folder": "nlp/ablation",
                     *       "notes": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "search_space": null,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "deleted_at": null,
                     *       "runs": {
                     *         "completed": 3,
                     *         "running": 1
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ExperimentView"];
                };
            };
        };
    };
    UpdateExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "folder": "nlp/published"
                 *     }
                 */
                "application/json": components["schemas"]["ExperimentFields"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "experiment_id": "exp-1",
                     *       "name": "norms",
                     *       "description": null,
                     *       "folder": "nlp/ablation",
                     *       "notes": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "search_space": null,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "deleted_at": null,
                     *       "runs": {
                     *         "completed": 3,
                     *         "running": 1
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ExperimentView"];
                };
            };
        };
    };
    DeleteExperiment: {
        parameters: {
            query?: {
                /** @description The runs, or how many there are. */
                runs?: boolean;
            };
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    RestoreExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "experiment_id": "exp-1",
                     *       "name": "norms",
                     *       "description": null,
                     *       "folder": "nlp/ablation",
                     *       "notes": null,
                     *       "tags": {
                     *         "team": "nlp"
                     *       },
                     *       "search_space": null,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "deleted_at": null,
                     *       "runs": {
                     *         "completed": 3,
                     *         "running": 1
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ExperimentView"];
                };
            };
        };
    };
    GetSweep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sweep_id": "sweep-4f9k2m7qx1tz",
                     *       "experiment_id": "exp-1",
                     *       "state": "running",
                     *       "message": null,
                     *       "trainer": "own",
                     *       "max_trials": 20,
                     *       "max_concurrent": 2,
                     *       "trials": {
                     *         "handed": 3,
                     *         "left": 17,
                     *         "pending": 2,
                     *         "completed": 1,
                     *         "failed": 0,
                     *         "pruned": 0
                     *       },
                     *       "best": {
                     *         "number": 0,
                     *         "trial_id": "run-8w2c4d6f8h0k",
                     *         "state": "completed",
                     *         "value": 2.31,
                     *         "step": null,
                     *         "message": null,
                     *         "hyperparams": {
                     *           "learning_rate": 0.0012,
                     *           "dropout": 0.1
                     *         }
                     *       },
                     *       "running": [],
                     *       "definition": {
                     *         "search_space": {
                     *           "learning_rate": {
                     *             "type": "log_uniform",
                     *             "min": 0.0001,
                     *             "max": 0.01
                     *           }
                     *         },
                     *         "sampler": "tpe",
                     *         "max_trials": 20
                     *       },
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["SweepView"];
                };
            };
        };
    };
    CreateSweep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "search_space": {
                 *         "learning_rate": {
                 *           "type": "log_uniform",
                 *           "min": 0.0001,
                 *           "max": 0.01
                 *         },
                 *         "dropout": {
                 *           "type": "uniform",
                 *           "min": 0,
                 *           "max": 0.3
                 *         },
                 *         "layers": {
                 *           "type": "int",
                 *           "min": 2,
                 *           "max": 6,
                 *           "step": 2
                 *         },
                 *         "lr_schedule": {
                 *           "type": "choice",
                 *           "values": [
                 *             "cosine",
                 *             "linear"
                 *           ]
                 *         }
                 *       },
                 *       "sampler": "tpe",
                 *       "max_trials": 20,
                 *       "max_concurrent": 2,
                 *       "objective": {
                 *         "metric": "val_loss",
                 *         "stat": "min"
                 *       },
                 *       "direction": "minimize",
                 *       "seed": 1,
                 *       "pruner": {
                 *         "type": "median",
                 *         "warmup_steps": 50,
                 *         "min_trials": 4,
                 *         "interval": 10
                 *       },
                 *       "base": {
                 *         "tokenizer_id": "tok-1",
                 *         "corpus_path": "books",
                 *         "max_steps": 300,
                 *         "eval_every": 10
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SweepDefinition"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sweep_id": "sweep-4f9k2m7qx1tz",
                     *       "experiment_id": "exp-1",
                     *       "state": "running",
                     *       "message": null,
                     *       "trainer": "own",
                     *       "max_trials": 20,
                     *       "max_concurrent": 2,
                     *       "trials": {
                     *         "handed": 3,
                     *         "left": 17,
                     *         "pending": 2,
                     *         "completed": 1,
                     *         "failed": 0,
                     *         "pruned": 0
                     *       },
                     *       "best": {
                     *         "number": 0,
                     *         "trial_id": "run-8w2c4d6f8h0k",
                     *         "state": "completed",
                     *         "value": 2.31,
                     *         "step": null,
                     *         "message": null,
                     *         "hyperparams": {
                     *           "learning_rate": 0.0012,
                     *           "dropout": 0.1
                     *         }
                     *       },
                     *       "running": [],
                     *       "definition": {
                     *         "search_space": {
                     *           "learning_rate": {
                     *             "type": "log_uniform",
                     *             "min": 0.0001,
                     *             "max": 0.01
                     *           }
                     *         },
                     *         "sampler": "tpe",
                     *         "max_trials": 20
                     *       },
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["SweepView"];
                };
            };
        };
    };
    ListSweepTrials: {
        parameters: {
            query?: {
                /** @description How many rows a page has at most. */
                limit?: null | number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "number": 0,
                     *           "trial_id": "run-8w2c4d6f8h0k",
                     *           "state": "completed",
                     *           "value": 2.31,
                     *           "step": null,
                     *           "message": null,
                     *           "hyperparams": {
                     *             "learning_rate": 0.0012
                     *           }
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfTrialView"];
                };
            };
        };
    };
    StopSweep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "cancel_running": true
                 *     }
                 */
                "application/json": null | components["schemas"]["StopSweep"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sweep_id": "sweep-4f9k2m7qx1tz",
                     *       "experiment_id": "exp-1",
                     *       "state": "running",
                     *       "message": null,
                     *       "trainer": "own",
                     *       "max_trials": 20,
                     *       "max_concurrent": 2,
                     *       "trials": {
                     *         "handed": 3,
                     *         "left": 17,
                     *         "pending": 2,
                     *         "completed": 1,
                     *         "failed": 0,
                     *         "pruned": 0
                     *       },
                     *       "best": {
                     *         "number": 0,
                     *         "trial_id": "run-8w2c4d6f8h0k",
                     *         "state": "completed",
                     *         "value": 2.31,
                     *         "step": null,
                     *         "message": null,
                     *         "hyperparams": {
                     *           "learning_rate": 0.0012,
                     *           "dropout": 0.1
                     *         }
                     *       },
                     *       "running": [],
                     *       "definition": {
                     *         "search_space": {
                     *           "learning_rate": {
                     *             "type": "log_uniform",
                     *             "min": 0.0001,
                     *             "max": 0.01
                     *           }
                     *         },
                     *         "sampler": "tpe",
                     *         "max_trials": 20
                     *       },
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["SweepView"];
                };
            };
        };
    };
    PauseSweep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sweep_id": "sweep-4f9k2m7qx1tz",
                     *       "experiment_id": "exp-1",
                     *       "state": "running",
                     *       "message": null,
                     *       "trainer": "own",
                     *       "max_trials": 20,
                     *       "max_concurrent": 2,
                     *       "trials": {
                     *         "handed": 3,
                     *         "left": 17,
                     *         "pending": 2,
                     *         "completed": 1,
                     *         "failed": 0,
                     *         "pruned": 0
                     *       },
                     *       "best": {
                     *         "number": 0,
                     *         "trial_id": "run-8w2c4d6f8h0k",
                     *         "state": "completed",
                     *         "value": 2.31,
                     *         "step": null,
                     *         "message": null,
                     *         "hyperparams": {
                     *           "learning_rate": 0.0012,
                     *           "dropout": 0.1
                     *         }
                     *       },
                     *       "running": [],
                     *       "definition": {
                     *         "search_space": {
                     *           "learning_rate": {
                     *             "type": "log_uniform",
                     *             "min": 0.0001,
                     *             "max": 0.01
                     *           }
                     *         },
                     *         "sampler": "tpe",
                     *         "max_trials": 20
                     *       },
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["SweepView"];
                };
            };
        };
    };
    ResumeSweep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sweep_id": "sweep-4f9k2m7qx1tz",
                     *       "experiment_id": "exp-1",
                     *       "state": "running",
                     *       "message": null,
                     *       "trainer": "own",
                     *       "max_trials": 20,
                     *       "max_concurrent": 2,
                     *       "trials": {
                     *         "handed": 3,
                     *         "left": 17,
                     *         "pending": 2,
                     *         "completed": 1,
                     *         "failed": 0,
                     *         "pruned": 0
                     *       },
                     *       "best": {
                     *         "number": 0,
                     *         "trial_id": "run-8w2c4d6f8h0k",
                     *         "state": "completed",
                     *         "value": 2.31,
                     *         "step": null,
                     *         "message": null,
                     *         "hyperparams": {
                     *           "learning_rate": 0.0012,
                     *           "dropout": 0.1
                     *         }
                     *       },
                     *       "running": [],
                     *       "definition": {
                     *         "search_space": {
                     *           "learning_rate": {
                     *             "type": "log_uniform",
                     *             "min": 0.0001,
                     *             "max": 0.01
                     *           }
                     *         },
                     *         "sampler": "tpe",
                     *         "max_trials": 20
                     *       },
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["SweepView"];
                };
            };
        };
    };
    AskForTrial: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a request under the same key changes nothing; another body under it is refused with 422. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "count": 1
                 *     }
                 */
                "application/json": null | components["schemas"]["AskRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "trial_id": "run-8w2c4d6f8h0k",
                     *       "hyperparams": {
                     *         "lr": 0.0012
                     *       },
                     *       "trials": [
                     *         {
                     *           "trial_id": "run-8w2c4d6f8h0k",
                     *           "number": 3,
                     *           "hyperparams": {
                     *             "lr": 0.0012
                     *           }
                     *         }
                     *       ],
                     *       "left": 16,
                     *       "message": null
                     *     }
                     */
                    "application/json": components["schemas"]["AskResponse"];
                };
            };
        };
    };
    TellTrial: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "trial_id": "run-8w2c4d6f8h0k",
                 *       "value": 2.31
                 *     }
                 */
                "application/json": components["schemas"]["TellRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "number": 3,
                     *       "trial_id": "run-8w2c4d6f8h0k",
                     *       "state": "completed",
                     *       "value": 2.31,
                     *       "step": null,
                     *       "message": null,
                     *       "hyperparams": {
                     *         "lr": 0.0012
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TrialView"];
                };
            };
        };
    };
    ShouldPruneTrial: {
        parameters: {
            query?: {
                /** @description The step. */
                step?: null | number;
                /** @description The value. */
                value?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            };
            header?: never;
            path: {
                /** @description The experiment's id. */
                experimentId: string;
                /** @description The trial's id, which is its run's. */
                trialId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "trial_id": "run-8w2c4d6f8h0k",
                     *       "prune": true,
                     *       "reason": "pruned at step 40: its best val_loss, 3.1, is worse than 2.7, the median of completed trials there",
                     *       "step": 40,
                     *       "best": 3.1,
                     *       "median": 2.7
                     *     }
                     */
                    "application/json": components["schemas"]["ShouldPrune"];
                };
            };
        };
    };
    ListTrainers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "gpu-box",
                     *           "url": "https://gpu.example/train",
                     *           "created_at": "2026-03-04T12:00:00Z",
                     *           "waiting": 0,
                     *           "last_error": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfTrainerView"];
                };
            };
        };
    };
    CreateTrainer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "gpu-box",
                 *       "url": "https://gpu.example/train",
                 *       "secret": "at least sixteen characters"
                 *     }
                 */
                "application/json": components["schemas"]["NewTrainer"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "gpu-box",
                     *       "url": "https://gpu.example/train",
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "waiting": 0,
                     *       "last_error": null
                     *     }
                     */
                    "application/json": components["schemas"]["TrainerView"];
                };
            };
        };
    };
    GetTrainer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What people call it. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "gpu-box",
                     *       "url": "https://gpu.example/train",
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "waiting": 0,
                     *       "last_error": null
                     *     }
                     */
                    "application/json": components["schemas"]["TrainerView"];
                };
            };
        };
    };
    DeleteTrainer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What people call it. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    ListArtifacts: {
        parameters: {
            query?: {
                /** @description `zip` or `tar`: all files as one archive. */
                archive?: string;
            };
            header?: never;
            path: {
                /** @description Which kind it is. */
                kind: string;
                /** @description The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "models",
                     *       "id": "run-4f9k2m7qx1tz",
                     *       "files": [
                     *         {
                     *           "path": "model.safetensors",
                     *           "size": 14680064,
                     *           "modified": "2026-03-04T12:00:00Z",
                     *           "local": true,
                     *           "uploaded": false
                     *         }
                     *       ],
                     *       "truncated": false,
                     *       "registered": []
                     *     }
                     */
                    "application/json": components["schemas"]["ArtifactList"];
                };
            };
        };
    };
    DownloadArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which kind it is. */
                kind: string;
                /** @description The id. */
                id: string;
                /** @description The path, with `/` between names. */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    UploadArtifact: {
        parameters: {
            query?: never;
            header?: {
                /** @description The SHA-256 that the content must have, in hexadecimal. */
                "X-Content-SHA256"?: string;
            };
            path: {
                /** @description The id. */
                id: string;
                /** @description The path, with `/` between names. */
                path: string;
            };
            cookie?: never;
        };
        /** @description The file. */
        requestBody?: {
            content: {
                "*/*": string;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "path": "plots/loss.png",
                     *       "kind": "upload",
                     *       "size": 48213,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "saved_at": "2026-03-04T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["RegisteredArtifact"];
                };
            };
        };
    };
    DeleteArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: string;
                /** @description The path, with `/` between names. */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    ListMedia: {
        parameters: {
            query?: {
                /** @description Returns only media whose name has this prefix. */
                prefix?: string;
                /** @description Default: 1,000. */
                limit?: null | number;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "media": [
                     *         {
                     *           "name": "examples",
                     *           "kind": "image",
                     *           "items": 24,
                     *           "steps": 3,
                     *           "first_step": 0,
                     *           "last_step": 200
                     *         }
                     *       ],
                     *       "truncated": false
                     *     }
                     */
                    "application/json": components["schemas"]["MediaList"];
                };
            };
        };
    };
    ListMediaSteps: {
        parameters: {
            query?: {
                /** @description Maximum number of steps; more are evenly thinned. Default: 1,000. */
                max_steps?: null | number;
                /** @description The kind of the media. Required. */
                kind?: string;
                /** @description The name of the media. Required. */
                name?: string;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "examples",
                     *       "kind": "image",
                     *       "steps": [
                     *         0,
                     *         100,
                     *         200
                     *       ],
                     *       "total_steps": 3
                     *     }
                     */
                    "application/json": components["schemas"]["MediaStepList"];
                };
            };
        };
    };
    GetMediaAtStep: {
        parameters: {
            query?: {
                /** @description Returns the items of the nearest step at or before this one. Default: the last step. */
                step?: null | number;
                /** @description Maximum number of items. Default: 100. */
                limit?: null | number;
                /** @description The kind of the media. Required. */
                kind?: string;
                /** @description The name of the media. Required. */
                name?: string;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "examples",
                     *       "kind": "image",
                     *       "step": 100,
                     *       "items": [
                     *         {
                     *           "id": 812,
                     *           "index": 0,
                     *           "caption": "a cat",
                     *           "attempt": 1,
                     *           "time": "2026-03-04T12:00:00Z",
                     *           "content_type": "image/png",
                     *           "size": 4821,
                     *           "width": 64,
                     *           "height": 64,
                     *           "path": null
                     *         }
                     *       ],
                     *       "truncated": false
                     *     }
                     */
                    "application/json": components["schemas"]["MediaAtStep"];
                };
            };
        };
    };
    GetHistograms: {
        parameters: {
            query?: {
                /** @description Maximum number of histograms; more are evenly thinned. Default: 50. */
                max_steps?: null | number;
                /** @description The name of the media. Required. */
                name?: string;
            };
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "abc-123",
                     *       "name": "weights",
                     *       "histograms": [
                     *         {
                     *           "step": 0,
                     *           "histogram": {
                     *             "edges": [
                     *               -1,
                     *               0,
                     *               1
                     *             ],
                     *             "counts": [
                     *               3,
                     *               5
                     *             ],
                     *             "nan_count": 0,
                     *             "infinite_count": 0
                     *           }
                     *         }
                     *       ],
                     *       "total_steps": 1
                     *     }
                     */
                    "application/json": components["schemas"]["HistogramHistory"];
                };
            };
        };
    };
    DownloadMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
                /** @description The id of the run's image, audio, text, table or histogram. */
                itemId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "step": 0,
                     *         "loss": 2.5
                     *       },
                     *       {
                     *         "step": 10,
                     *         "loss": 1.5
                     *       }
                     *     ]
                     */
                    "application/json": {
                        [key: string]: unknown;
                    }[];
                };
            };
        };
    };
    ListImports: {
        parameters: {
            query?: {
                /** @description How many rows a page has at most. */
                limit?: null | number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "import_id": "import-4f9k2m7qx1tz",
                     *           "format": "tensorboard",
                     *           "state": "running",
                     *           "path": "/srv/corpora/runs/2025",
                     *           "database": null,
                     *           "artifacts_path": null,
                     *           "created_at": "2026-03-04T12:00:00Z",
                     *           "bytes_total": 1048576,
                     *           "bytes_read": 524288,
                     *           "runs": 3,
                     *           "runs_skipped": 0,
                     *           "added": 120000,
                     *           "repeated": 0,
                     *           "ignored": 12,
                     *           "notices": []
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfImportView"];
                };
            };
        };
    };
    GetImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The import's id. */
                importId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "import_id": "import-4f9k2m7qx1tz",
                     *       "format": "tensorboard",
                     *       "state": "running",
                     *       "path": "/srv/corpora/runs/2025",
                     *       "database": null,
                     *       "artifacts_path": null,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "bytes_total": 1048576,
                     *       "bytes_read": 524288,
                     *       "runs": 3,
                     *       "runs_skipped": 0,
                     *       "added": 120000,
                     *       "repeated": 0,
                     *       "ignored": 12,
                     *       "notices": []
                     *     }
                     */
                    "application/json": components["schemas"]["ImportView"];
                };
            };
        };
    };
    CancelImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The import's id. */
                importId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "import_id": "import-4f9k2m7qx1tz",
                     *       "format": "tensorboard",
                     *       "state": "running",
                     *       "path": "/srv/corpora/runs/2025",
                     *       "database": null,
                     *       "artifacts_path": null,
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "bytes_total": 1048576,
                     *       "bytes_read": 524288,
                     *       "runs": 3,
                     *       "runs_skipped": 0,
                     *       "added": 120000,
                     *       "repeated": 0,
                     *       "ignored": 12,
                     *       "notices": []
                     *     }
                     */
                    "application/json": components["schemas"]["ImportView"];
                };
            };
        };
    };
    ListAlerts: {
        parameters: {
            query?: {
                /** @description The run's id. */
                run_id?: string;
                /** @description The experiment's id. */
                experiment_id?: string;
                /** @description How many rows a page has at most. */
                limit?: null | number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "alert_id": "alert-4f9k2m7qx1tz",
                     *           "name": "loss runs away",
                     *           "kind": "above",
                     *           "run_id": null,
                     *           "experiment_id": "exp-1",
                     *           "metric": "train_loss",
                     *           "threshold": 8.5,
                     *           "points": 3,
                     *           "direction": null,
                     *           "min_delta": null,
                     *           "patience_steps": null,
                     *           "after_seconds": null,
                     *           "webhook_host": "hooks.example",
                     *           "created_at": "2026-03-04T12:00:00Z",
                     *           "fired": 0
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfAlertView"];
                };
            };
        };
    };
    CreateAlert: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "loss runs away",
                 *       "kind": "above",
                 *       "metric": "train_loss",
                 *       "threshold": 8.5,
                 *       "points": 3,
                 *       "experiment_id": "exp-1",
                 *       "webhook_url": "https://hooks.example/T0/B0/x"
                 *     }
                 */
                "application/json": components["schemas"]["NewAlert"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alert_id": "alert-4f9k2m7qx1tz",
                     *       "name": "loss runs away",
                     *       "kind": "above",
                     *       "run_id": null,
                     *       "experiment_id": "exp-1",
                     *       "metric": "train_loss",
                     *       "threshold": 8.5,
                     *       "points": 3,
                     *       "direction": null,
                     *       "min_delta": null,
                     *       "patience_steps": null,
                     *       "after_seconds": null,
                     *       "webhook_host": "hooks.example",
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "fired": 0
                     *     }
                     */
                    "application/json": components["schemas"]["AlertView"];
                };
            };
        };
    };
    GetAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's id. */
                alertId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "alert_id": "alert-4f9k2m7qx1tz",
                     *       "name": "loss runs away",
                     *       "kind": "above",
                     *       "run_id": null,
                     *       "experiment_id": "exp-1",
                     *       "metric": "train_loss",
                     *       "threshold": 8.5,
                     *       "points": 3,
                     *       "direction": null,
                     *       "min_delta": null,
                     *       "patience_steps": null,
                     *       "after_seconds": null,
                     *       "webhook_host": "hooks.example",
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "fired": 0
                     *     }
                     */
                    "application/json": components["schemas"]["AlertView"];
                };
            };
        };
    };
    DeleteAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's id. */
                alertId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    ListFiredAlerts: {
        parameters: {
            query?: {
                /** @description The alert's id. */
                alert_id?: string;
                /** @description The run's id. */
                run_id?: string;
                /** @description True: only acknowledged firings. False: only others. Default: both. */
                acknowledged?: boolean;
                /** @description How many rows a page has at most. */
                limit?: null | number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "firing_id": "firing-8w2c4d6f8h0k",
                     *           "alert_id": "alert-4f9k2m7qx1tz",
                     *           "run_id": "abc-123",
                     *           "attempt": 1,
                     *           "kind": "above",
                     *           "metric": "train_loss",
                     *           "step": 1200,
                     *           "value": 9.1,
                     *           "message": "train_loss is above 8.5 for 3 values in a row: 9.1 at step 1200.",
                     *           "fired_at": "2026-03-04T12:10:00Z",
                     *           "acknowledged_at": null,
                     *           "webhook": {
                     *             "host": "hooks.example",
                     *             "attempts": 1,
                     *             "taken_at": "2026-03-04T12:10:01Z",
                     *             "next_at": null,
                     *             "error": null
                     *           }
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfFiringView"];
                };
            };
        };
    };
    AcknowledgeAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The firing's id. */
                firingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "firing_id": "firing-8w2c4d6f8h0k",
                     *       "alert_id": "alert-4f9k2m7qx1tz",
                     *       "run_id": "abc-123",
                     *       "attempt": 1,
                     *       "kind": "above",
                     *       "metric": "train_loss",
                     *       "step": 1200,
                     *       "value": 9.1,
                     *       "message": "train_loss is above 8.5 for 3 values in a row: 9.1 at step 1200.",
                     *       "fired_at": "2026-03-04T12:10:00Z",
                     *       "acknowledged_at": null,
                     *       "webhook": {
                     *         "host": "hooks.example",
                     *         "attempts": 1,
                     *         "taken_at": "2026-03-04T12:10:01Z",
                     *         "next_at": null,
                     *         "error": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["FiringView"];
                };
            };
        };
    };
    GetSystemStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "instance_id": "lab-1",
                     *       "host": "lab-1",
                     *       "time": "2026-03-04T12:00:00Z",
                     *       "cores": 16,
                     *       "cpu_percent": 41.5,
                     *       "uptime_seconds": 86400,
                     *       "memory": {
                     *         "total_bytes": 67430000000,
                     *         "available_bytes": 31200000000
                     *       },
                     *       "disk": {
                     *         "total_bytes": 1000200000000,
                     *         "free_bytes": 412000000000,
                     *         "read_bytes_per_second": 0,
                     *         "written_bytes_per_second": 1048576
                     *       },
                     *       "network": {
                     *         "received_bytes_per_second": 20480,
                     *         "sent_bytes_per_second": 4096
                     *       },
                     *       "process": {
                     *         "cpu_percent": 1.2,
                     *         "memory_bytes": 180000000,
                     *         "uptime_seconds": 3600
                     *       },
                     *       "versions": {
                     *         "trainyard": "0.1.0",
                     *         "dotnet": "10.0.0",
                     *         "os": "Debian GNU/Linux 12 (bookworm)"
                     *       },
                     *       "gpus": [
                     *         {
                     *           "index": 0,
                     *           "name": "NVIDIA H200",
                     *           "uuid": "GPU-3f1c",
                     *           "utilization_percent": 97,
                     *           "memory_used_bytes": 81200000000,
                     *           "memory_total_bytes": 150754820096,
                     *           "temperature_celsius": 61,
                     *           "power_watts": 640.2
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["MachineStatus"];
                };
            };
        };
    };
    GetSystemHistory: {
        parameters: {
            query?: {
                /** @description Default: an hour before `to`. */
                from?: null | string;
                /** @description Default: now. */
                to?: null | string;
                /** @description Maximum points per instance. Default: 500. */
                max_points?: null | number;
                /** @description Names of values, separated by commas or as several parameters. Default: all. */
                keys?: string[];
                /** @description The process, as named by `SYSTEM__INSTANCE_ID`. */
                instance_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "from": "2026-03-04T11:00:00Z",
                     *       "to": "2026-03-04T12:00:00Z",
                     *       "instances": [
                     *         {
                     *           "instance_id": "lab-1",
                     *           "host": "lab-1",
                     *           "count": 720,
                     *           "summarised": true,
                     *           "times": [
                     *             "2026-03-04T11:00:00Z",
                     *             "2026-03-04T11:00:08Z"
                     *           ],
                     *           "values": {
                     *             "cpu_percent": [
                     *               40.1,
                     *               42.9
                     *             ],
                     *             "gpu/0/utilization_percent": [
                     *               97,
                     *               null
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SystemHistory"];
                };
            };
        };
    };
    ListViews: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "view_id": "view-4f9k2m7qx1tz",
                     *           "name": "best of nlp",
                     *           "path": "/?filter=tags.team%20%3D%20%22nlp%22",
                     *           "created_at": "2026-03-04T12:00:00Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PageOfViewView"];
                };
            };
        };
    };
    CreateView: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "best of nlp",
                 *       "path": "/?filter=tags.team%20%3D%20%22nlp%22"
                 *     }
                 */
                "application/json": components["schemas"]["ViewFields"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "view_id": "view-4f9k2m7qx1tz",
                     *       "name": "best of nlp",
                     *       "path": "/?filter=tags.team%20%3D%20%22nlp%22",
                     *       "created_at": "2026-03-04T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ViewView"];
                };
            };
        };
    };
    UpdateView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The view's id. */
                viewId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "best of nlp",
                 *       "path": "/?filter=tags.team%20%3D%20%22nlp%22"
                 *     }
                 */
                "application/json": components["schemas"]["ViewFields"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "view_id": "view-4f9k2m7qx1tz",
                     *       "name": "best of nlp",
                     *       "path": "/?filter=tags.team%20%3D%20%22nlp%22",
                     *       "created_at": "2026-03-04T12:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ViewView"];
                };
            };
        };
    };
    DeleteView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The view's id. */
                viewId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    TrainTokenizer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "books",
                 *       "corpus_path": "my-text",
                 *       "vocab_size": 4096,
                 *       "pattern": "llama3",
                 *       "normalization": "nfc"
                 *     }
                 */
                "application/json": components["schemas"]["TokenizerConfig"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tokenizer_id": "tok-4f9k2m7qx1tz"
                     *     }
                     */
                    "application/json": components["schemas"]["TrainingAccepted"];
                };
            };
        };
    };
    ListTokenizers: {
        parameters: {
            query?: {
                /** @description How many rows a page has at most. */
                limit?: number;
                /** @description The `next_cursor` of the page before; the first page when unset. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "tokenizer_id": "tok-4f9k2m7qx1tz",
                     *           "name": "books",
                     *           "status": "completed",
                     *           "message": "completed",
                     *           "created_at": "2026-03-04T12:00:00Z",
                     *           "started_at": "2026-03-04T12:00:00Z",
                     *           "finished_at": "2026-03-04T12:00:02Z",
                     *           "attempts": 1,
                     *           "progress": null,
                     *           "config": {
                     *             "name": "books",
                     *             "method": "bpe",
                     *             "corpus_path": "my-text",
                     *             "replace_invalid_bytes": false,
                     *             "vocab_size": 4096,
                     *             "min_frequency": 2,
                     *             "special_tokens": [
                     *               "<|endoftext|>"
                     *             ],
                     *             "pattern": "llama3",
                     *             "sequence": "document",
                     *             "normalization": "nfc",
                     *             "lowercase": false,
                     *             "holdout_fraction": 0.05,
                     *             "seed": 1,
                     *             "threads": null,
                     *             "sample_max_lines": null
                     *           },
                     *           "vocab_size": 4096,
                     *           "statistics": {
                     *             "coverage": 1,
                     *             "oov_rate": 0,
                     *             "token_count": 16423,
                     *             "character_coverage": 1,
                     *             "tokens_per_character": 0.29,
                     *             "tokens_per_word": 1.61,
                     *             "lines": 2000,
                     *             "bytes": 55770,
                     *             "held_out": true
                     *           },
                     *           "corpus": {
                     *             "fingerprint": "9f86d081884c7d65",
                     *             "files": 1,
                     *             "skipped_files": 1,
                     *             "bytes": 1115394,
                     *             "lines": 40000,
                     *             "training_lines": 38000,
                     *             "distinct_words": 25670,
                     *             "skipped": [
                     *               {
                     *                 "path": "old.txt",
                     *                 "reason": "not UTF-8 text",
                     *                 "position": 1204
                     *               }
                     *             ]
                     *           },
                     *           "durations": {
                     *             "open_seconds": 0.01,
                     *             "count_seconds": 0.12,
                     *             "merge_seconds": 0.1,
                     *             "total_seconds": 0.25
                     *           },
                     *           "environment": {
                     *             "trainyard": "0.1.0",
                     *             "git_commit": null,
                     *             "dotnet": "10.0.12",
                     *             "os": "Debian GNU/Linux 12",
                     *             "cpu": "x64",
                     *             "processors": 2
                     *           },
                     *           "artifacts": [],
                     *           "failure": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["TokenizerPage"];
                };
            };
        };
    };
    GetTokenizer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tokenizer's id. */
                tokenizerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tokenizer_id": "tok-4f9k2m7qx1tz",
                     *       "name": "books",
                     *       "status": "completed",
                     *       "message": "completed",
                     *       "created_at": "2026-03-04T12:00:00Z",
                     *       "started_at": "2026-03-04T12:00:00Z",
                     *       "finished_at": "2026-03-04T12:00:02Z",
                     *       "attempts": 1,
                     *       "progress": null,
                     *       "config": {
                     *         "name": "books",
                     *         "method": "bpe",
                     *         "corpus_path": "my-text",
                     *         "replace_invalid_bytes": false,
                     *         "vocab_size": 4096,
                     *         "min_frequency": 2,
                     *         "special_tokens": [
                     *           "<|endoftext|>"
                     *         ],
                     *         "pattern": "llama3",
                     *         "sequence": "document",
                     *         "normalization": "nfc",
                     *         "lowercase": false,
                     *         "holdout_fraction": 0.05,
                     *         "seed": 1,
                     *         "threads": null,
                     *         "sample_max_lines": null
                     *       },
                     *       "vocab_size": 4096,
                     *       "statistics": {
                     *         "coverage": 1,
                     *         "oov_rate": 0,
                     *         "token_count": 16423,
                     *         "character_coverage": 1,
                     *         "tokens_per_character": 0.29,
                     *         "tokens_per_word": 1.61,
                     *         "lines": 2000,
                     *         "bytes": 55770,
                     *         "held_out": true
                     *       },
                     *       "corpus": {
                     *         "fingerprint": "9f86d081884c7d65",
                     *         "files": 1,
                     *         "skipped_files": 1,
                     *         "bytes": 1115394,
                     *         "lines": 40000,
                     *         "training_lines": 38000,
                     *         "distinct_words": 25670,
                     *         "skipped": [
                     *           {
                     *             "path": "old.txt",
                     *             "reason": "not UTF-8 text",
                     *             "position": 1204
                     *           }
                     *         ]
                     *       },
                     *       "durations": {
                     *         "open_seconds": 0.01,
                     *         "count_seconds": 0.12,
                     *         "merge_seconds": 0.1,
                     *         "total_seconds": 0.25
                     *       },
                     *       "environment": {
                     *         "trainyard": "0.1.0",
                     *         "git_commit": null,
                     *         "dotnet": "10.0.12",
                     *         "os": "Debian GNU/Linux 12",
                     *         "cpu": "x64",
                     *         "processors": 2
                     *       },
                     *       "artifacts": [],
                     *       "failure": null
                     *     }
                     */
                    "application/json": components["schemas"]["TokenizerManifest"];
                };
            };
        };
    };
    DeleteTokenizer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tokenizer's id. */
                tokenizerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tokenizer_id": "tok-4f9k2m7qx1tz",
                     *       "used_by": [
                     *         "run-4f9k2m7qx1tz"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TokenizerDeleted"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    EncodeText: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tokenizer's id. */
                tokenizerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "Once upon a time"
                 *     }
                 */
                "application/json": components["schemas"]["EncodeRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ids": [
                     *         1204,
                     *         763,
                     *         257,
                     *         540
                     *       ],
                     *       "tokens": [
                     *         "Once",
                     *         " upon",
                     *         " a",
                     *         " time"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EncodedText"];
                };
            };
        };
    };
    DecodeIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The tokenizer's id. */
                tokenizerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ids": [
                 *         1204,
                 *         763,
                 *         257,
                 *         540
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["DecodeRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "text": "Once upon a time"
                     *     }
                     */
                    "application/json": components["schemas"]["DecodedText"];
                };
            };
        };
    };
    GenerateText: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "prompt": "Once upon",
                 *       "max_new_tokens": 50,
                 *       "temperature": 0.8,
                 *       "top_k": 50,
                 *       "top_p": 0.95,
                 *       "seed": 7
                 *     }
                 */
                "application/json": components["schemas"]["GenerateRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "run_id": "run-4f9k2m7qx1tz",
                     *       "text": " a time there was a ship",
                     *       "seed": 7,
                     *       "samples": [
                     *         {
                     *           "text": " a time there was a ship",
                     *           "seed": 7
                     *         }
                     *       ],
                     *       "prompt_tokens": 2,
                     *       "prompt_tokens_cut": 0
                     *     }
                     */
                    "application/json": components["schemas"]["GenerateResponse"];
                };
            };
        };
    };
    GetNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "enabled": true,
                     *       "runs": "all",
                     *       "quiet_hours": "22:00-07:00",
                     *       "time_zone": "Europe/Berlin",
                     *       "channels": [
                     *         {
                     *           "channel": "discord",
                     *           "target": "direct messages to the owner",
                     *           "edits": true,
                     *           "last_sent_at": "2026-03-04T12:00:00Z",
                     *           "waiting": 0,
                     *           "given_up": 0,
                     *           "last_error": null,
                     *           "last_error_at": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NotificationState"];
                };
            };
        };
    };
    TestNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "channel": "discord",
                     *           "sent": true,
                     *           "error": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TestResults"];
                };
            };
        };
    };
    ReceiveDiscordInteraction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": 1
                 *     }
                 */
                "application/json": components["schemas"]["JsonObject"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": 1
                     *     }
                     */
                    "application/json": components["schemas"]["JsonObject"];
                };
            };
        };
    };
}

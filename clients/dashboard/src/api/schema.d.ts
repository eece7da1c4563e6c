export interface paths {
    "/api/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which version of Trainyard answers. */
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
        /** A ticket for one WebSocket, for browsers: they can't send the API key in a header, and an address is logged */
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
        /** Takes one event, a JSON array of events, or one event a line (NDJSON); gzip and zstd bodies too. Answers once they are durable. */
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
        /** Delete a run with all that is its own; it can be restored for a week, unless permanent=true */
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
        /** Keep a run at hand: pinned=true lists those */
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
        /** The opposite of pinning */
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
        /** Protect a run from being changed, moved or deleted; what it reports still arrives */
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
        /** The opposite of locking */
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
        /** Bring back a deleted run, within RUNS__UNDO_DAYS */
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
        /** Tag, move, pin, lock, delete, restore or cancel many runs; says what became of each */
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
    "/api/checkpoints/{checkpointId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One checkpoint, what its files are made of, and what is wrong with them */
        get: operations["GetCheckpoint"];
        put?: never;
        post?: never;
        /** Delete it, with its files where they lie in its run's own folder */
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
        /** The latest evaluation of a run's model, how the one asked for last is doing, and where the files lie */
        get: operations["GetEvaluation"];
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
        /** A metric's mean, deviation and extremes over the runs of an experiment, by any hyperparameter or attribute */
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
    "/api/runs/{runId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run as JSON to be imported elsewhere, or its points as CSV, Parquet or TensorBoard event files */
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
    "/api/runs/{runId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a run; one that trains stops at its next step */
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
        /** Go on as a new attempt, from the last checkpoint or a step */
        post: operations["ResumeRun"];
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
        /** Curves, summarised when they have more points than asked for */
        get: operations["GetMetricHistory"];
        put?: never;
        /** Log a batch of values */
        post: operations["LogMetrics"];
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
        /** Last value, extremes and counts of series, page by page in the order of their names */
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
        /** Curves of several runs at once, to be drawn together */
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
        /** The same for lists too long for an address */
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
        /** Checkpoints of a run by step, saved_at, size or metrics.<name>; the latest step first */
        get: operations["ListCheckpoints"];
        put?: never;
        /** Register a file or folder as a checkpoint. It must be there and sound: nothing in it is run to find out */
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
        /** Mark it as its run's best; only one is */
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
        /** Queue a run that starts from it, with its run's config and what the body changes; of an external run, where its files are */
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
        /** The last lines of a run's log, or those after one; of a level, or with a text in them */
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
        /** A run's log as Server-Sent Events, from Last-Event-ID on, until the run has ended */
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
        /** Experiments, newest first, with how many runs are in which status; of a folder and those below it, or deleted ones */
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
        /** The tree of folders, with how many experiments each holds */
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
        /** Bring back a deleted experiment, and the runs that were deleted with it */
        post: operations["RestoreExperiment"];
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
        post?: never;
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
        /** The experiment's newest sweep: how far it is, what runs, the best so far */
        get: operations["GetSweep"];
        put?: never;
        /** Search hyperparameters: trials are queued as runs, sent to a registered trainer, or asked for */
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
        /** Start no more trials; cancel those that run when asked to */
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
        /** The next trials of a sweep without a trainer, for a program that trains them itself; the same Idempotency-Key gives the same trials again */
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
        /** What came of a trial; saying the same again changes nothing */
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
        /** Whether a trial should give up, by what it has logged or says here; also when it was cancelled */
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
        /** Register a program that trains what it is told to over HTTP */
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
        /** Forget a trainer no sweep uses any more */
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
        /** The files of a run or tokenizer, or all of them as an archive */
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
        /** One file; ranges are supported */
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
        /** Store a file of a run: the body is its content. X-Content-SHA256 is checked when given */
        put: operations["UploadArtifact"];
        post?: never;
        /** Delete a file of a run */
        delete: operations["DeleteArtifact"];
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
        /** How far an import is, and what went wrong */
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
        /** Stop an import; what it has stored stays */
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
        /** Rules, newest first, with how often each has fired */
        get: operations["ListAlerts"];
        put?: never;
        /** A rule on a metric or on run states, for one run, an experiment's, or all */
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
        /** One rule */
        get: operations["GetAlert"];
        put?: never;
        post?: never;
        /** Delete a rule with its firings */
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
        /** What has fired, newest first */
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
        /** Say that a firing has been seen */
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
        /** The same over time, of every instance of the store */
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
        /** Saved pages of the dashboard by name, the same for everybody */
        get: operations["ListViews"];
        put?: never;
        /** Save a page of the dashboard, with everything its address says */
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
        /** Give a saved page another name or address */
        put: operations["UpdateView"];
        post?: never;
        /** Forget a saved page */
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
        /** Tokenizers, newest first, page by page */
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
        /** Status, progress, config and statistics */
        get: operations["GetTokenizer"];
        put?: never;
        post?: never;
        /** Delete a tokenizer and its files; one that is queued or training is stopped first. Runs that use it keep their copy, and are named */
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
        /** The token ids of a text */
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
        /** The text of token ids */
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @enum {unknown} */
        AlertDirection: "min" | "max" | null;
        /**
         * @description What a rule waits for.
         * @enum {unknown}
         */
        AlertKind: "above" | "below" | "nan" | "plateau" | "stalled" | "failed" | "finished";
        AlertView: {
            alert_id: string;
            name?: null | string;
            kind: components["schemas"]["AlertKind"];
            run_id?: null | string;
            experiment_id?: null | string;
            metric?: null | string;
            /** Format: double */
            threshold?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int32 */
            points?: null | number;
            direction?: null | components["schemas"]["AlertDirection"];
            /** Format: double */
            min_delta?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            patience_steps?: null | number;
            /** Format: double */
            after_seconds?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            webhook_host?: null | string;
            /** Format: date-time */
            created_at: string;
            /** Format: int32 */
            fired: number;
        };
        ArtifactFile: {
            path: string;
            /** Format: int64 */
            size: number;
            /** Format: date-time */
            modified: string;
            local: boolean;
            uploaded: boolean;
        };
        ArtifactList: {
            kind: string;
            id: string;
            files: components["schemas"]["ArtifactFile"][];
            truncated: boolean;
            registered: components["schemas"]["RegisteredArtifact"][];
        };
        AskFor: {
            /** Format: int32 */
            count?: null | number;
        };
        Asked: {
            trial_id?: null | string;
            hyperparams?: null | components["schemas"]["JsonObject"];
            trials: components["schemas"]["AskedTrial"][];
            /** Format: int32 */
            left: number;
            message?: null | string;
        };
        AskedTrial: {
            trial_id: string;
            /** Format: int32 */
            number: number;
            hyperparams: components["schemas"]["JsonObject"];
        };
        AttemptView: {
            /** Format: int32 */
            number: number;
            /** Format: int64 */
            from_step?: null | number;
            /** Format: date-time */
            started_at: string;
        };
        BulkDone: {
            results: components["schemas"]["BulkResult"][];
            more: boolean;
        };
        BulkResult: {
            run_id: string;
            done: boolean;
            code?: null | components["schemas"]["ErrorCode"];
            message?: null | string;
        };
        CheckpointDeleted: {
            checkpoint_id: string;
            /** Format: int32 */
            files_deleted: number;
            files_kept: boolean;
        };
        /** @enum {unknown} */
        CheckpointFormat: "unknown" | "safetensors" | "sharded_safetensors" | "torch_zip" | "pickle" | "folder" | null;
        CheckpointLoaded: {
            run_id?: null | string;
            path?: null | string;
        };
        /** @enum {unknown} */
        CheckpointValidation: "unchecked" | "valid" | "invalid" | "missing" | "remote" | "unknown";
        CheckpointView: {
            checkpoint_id: string;
            run_id: string;
            path: string;
            /** Format: int32 */
            attempt: number;
            /** Format: int64 */
            step?: null | number;
            is_best: boolean;
            /** Format: int64 */
            size?: null | number;
            sha256?: null | string;
            metrics?: null | components["schemas"]["StoredJson"];
            metadata?: null | components["schemas"]["StoredJson"];
            /** Format: date-time */
            saved_at: string;
            validation: components["schemas"]["CheckpointValidation"];
            /** Format: date-time */
            checked_at?: null | string;
            format?: null | components["schemas"]["CheckpointFormat"];
            /** Format: int64 */
            tensors?: null | number;
            /** Format: int64 */
            parameters?: null | number;
            problems?: null | string[];
            available?: null | boolean;
        };
        ComparedGroup: {
            by: Record<string, never>;
            /** Format: int32 */
            runs: number;
            /** Format: int32 */
            count: number;
            /** Format: int32 */
            missing: number;
            /** Format: double */
            mean?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            std?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            min?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            max?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            run_ids: string[];
        };
        Comparison: {
            metric: string;
            stat: components["schemas"]["ObjectiveStat"];
            groups: components["schemas"]["ComparedGroup"][];
            /** Format: int32 */
            groups_in_all: number;
            truncated: boolean;
        };
        CorpusSummary: {
            fingerprint: string;
            /** Format: int32 */
            files: number;
            /** Format: int32 */
            skipped_files: number;
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            lines: number;
            /** Format: int64 */
            training_lines: number;
            /** Format: int32 */
            distinct_words: number;
            skipped?: components["schemas"]["LeftOutFile"][];
        };
        Curve: {
            name: string;
            /** Format: int64 */
            count: number;
            summarised: boolean;
            points?: null | components["schemas"]["CurvePoint"][];
            buckets?: null | components["schemas"]["CurveBucket"][];
        };
        CurveBucket: {
            /** Format: int64 */
            from_step: number;
            /** Format: int64 */
            to_step: number;
            /** Format: date-time */
            time: string;
            /** Format: double */
            min?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            max?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            mean?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            last: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            count: number;
            /** Format: int64 */
            nan_count: number;
            /** Format: int64 */
            infinite_count: number;
        };
        CurvePoint: {
            /** Format: int64 */
            step: number;
            /** Format: date-time */
            time: string;
            /** Format: double */
            value: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int32 */
            attempt?: null | number;
        };
        DecodeRequest: {
            ids: number[];
        };
        DecodedText: {
            text: string;
        };
        DiskStatus: {
            /** Format: int64 */
            total_bytes: number;
            /** Format: int64 */
            free_bytes: number;
            /** Format: double */
            read_bytes_per_second?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            written_bytes_per_second?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
        };
        EncodeRequest: {
            text: string;
        };
        EncodedText: {
            ids: number[];
            tokens: string[];
        };
        /** @enum {unknown} */
        ErrorCode: "CONFIG_INVALID" | "DATA_NOT_FOUND" | "PATH_FORBIDDEN" | "RUN_NOT_FOUND" | "TOKENIZER_NOT_FOUND" | "CHECKPOINT_INVALID" | "EVENT_INVALID" | "ILLEGAL_TRANSITION" | "IDEMPOTENCY_KEY_REUSED" | "OUTCOME_UNKNOWN" | "TOKENIZER_TRAIN_FAILED" | "MODEL_TRAIN_FAILED" | "BACKEND_UNAVAILABLE" | "UNAUTHORIZED" | "RATE_LIMITED" | "PAYLOAD_TOO_LARGE" | "UNAVAILABLE" | "INTERNAL" | null;
        /** @description How well a run's model does, and on what: the body of `POST /api/runs/{id}/evaluate`. */
        EvaluationRequest: {
            /** @description `validation`, the text the run held out, or a text file or folder below `APP__CORPUS_ROOT`. */
            on?: string;
            /** @description A checkpoint of the run; the best one when unset. */
            checkpoint_id?: null | string;
            /**
             * Format: int64
             * @description Tokens to predict at most, spread evenly over the text; all of them when unset.
             */
            max_tokens?: null | number;
            /**
             * Format: int32
             * @description Texts to generate, 0 to 64.
             */
            samples?: number;
            /**
             * Format: int32
             * @description Tokens of each, 1 to 4,096.
             */
            sample_tokens?: number;
        };
        EvaluationResult: {
            run_id: string;
            evaluation?: null | components["schemas"]["EvaluationView"];
            metrics?: null | components["schemas"]["JsonElement"];
            artifacts: string[];
        };
        EvaluationView: {
            evaluation_id: string;
            run_id: string;
            status: components["schemas"]["RunStatus"];
            message?: null | string;
            error_kind?: null | string;
            request?: null | components["schemas"]["StoredJson"];
            checkpoint_id?: null | string;
            /** Format: int64 */
            step?: null | number;
            metrics?: null | components["schemas"]["StoredJson"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at?: null | string;
            /** Format: date-time */
            ended_at?: null | string;
        };
        EventsAccepted: {
            /** Format: int32 */
            accepted: number;
            /** Format: int32 */
            repeated?: null | number;
        };
        ExperimentFields: {
            experiment_id?: null | string;
            name?: null | string;
            description?: null | string;
            folder?: null | string;
            notes?: null | string;
            tags?: null | {
                [key: string]: string;
            };
            search_space?: null | components["schemas"]["StoredJson"];
        };
        ExperimentView: {
            experiment_id: string;
            name: string;
            description?: null | string;
            folder: string;
            notes?: null | string;
            tags: components["schemas"]["StoredJson"];
            search_space?: null | components["schemas"]["StoredJson"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            deleted_at?: null | string;
            runs: {
                [key: string]: number;
            };
        };
        FiringView: {
            firing_id: string;
            alert_id: string;
            run_id: string;
            /** Format: int32 */
            attempt: number;
            kind: components["schemas"]["AlertKind"];
            metric?: null | string;
            /** Format: int64 */
            step?: null | number;
            /** Format: double */
            value?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            message: string;
            /** Format: date-time */
            fired_at: string;
            /** Format: date-time */
            acknowledged_at?: null | string;
            webhook?: null | components["schemas"]["WebhookView"];
        };
        FolderView: {
            path: string;
            name: string;
            /** Format: int32 */
            experiments: number;
            /** Format: int32 */
            total: number;
            folders: components["schemas"]["FolderView"][];
        };
        GenerateRequest: {
            prompt?: string;
            /** Format: int32 */
            max_new_tokens?: number;
            /** Format: double */
            temperature?: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int32 */
            top_k?: null | number;
            /** Format: double */
            top_p?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            seed?: null | number;
            stream?: boolean;
        };
        GeneratedPiece: {
            text: string;
            /** Format: int64 */
            seed?: null | number;
        };
        GpuStatus: {
            /** Format: int32 */
            index: number;
            name: string;
            uuid?: null | string;
            /** Format: double */
            utilization_percent?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            memory_used_bytes?: null | number;
            /** Format: int64 */
            memory_total_bytes?: null | number;
            /** Format: double */
            temperature_celsius?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            power_watts?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
        };
        Histories: {
            runs: components["schemas"]["MetricHistory"][];
        };
        HistoriesWanted: {
            runs: string[];
            keys?: null | string[];
            /** Format: int64 */
            from_step?: null | number;
            /** Format: int64 */
            to_step?: null | number;
            /** Format: int32 */
            max_points?: null | number;
        };
        ImportAccepted: {
            import_id: string;
            state: components["schemas"]["ImportState"];
        };
        /** @enum {unknown} */
        ImportFormat: "trainyard" | "tensorboard" | "neptune";
        ImportRequest: {
            path?: null | string;
            format?: null | string;
            experiment_id?: null | string;
            /** Format: int32 */
            step_multiplier?: null | number;
        };
        /** @enum {unknown} */
        ImportState: "queued" | "running" | "completed" | "failed" | "cancelled";
        ImportView: {
            import_id: string;
            format: components["schemas"]["ImportFormat"];
            state: components["schemas"]["ImportState"];
            path?: null | string;
            experiment_id?: null | string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at?: null | string;
            /** Format: date-time */
            ended_at?: null | string;
            /** Format: int64 */
            bytes_total: number;
            /** Format: int64 */
            bytes_read: number;
            /** Format: int32 */
            runs: number;
            /** Format: int32 */
            runs_skipped: number;
            /** Format: int64 */
            added: number;
            /** Format: int64 */
            repeated: number;
            /** Format: int64 */
            ignored: number;
            notices: string[];
            error_code?: null | components["schemas"]["ErrorCode"];
            message?: null | string;
        };
        Importances: {
            metric: string;
            stat: components["schemas"]["ObjectiveStat"];
            /** Format: int32 */
            runs: number;
            /** Format: int32 */
            missing: number;
            parameters: components["schemas"]["ParameterImportance"][];
            left_out: components["schemas"]["LeftOut"][];
        };
        InstanceHistory: {
            instance_id: string;
            host: string;
            /** Format: int32 */
            count: number;
            summarised: boolean;
            times: unknown[];
            values: {
                [key: string]: ((null | number) | ("NaN" | "Infinity" | "-Infinity"))[];
            };
        };
        JsonElement: unknown;
        JsonObject: Record<string, never>;
        LatestMetrics: {
            run_id: string;
            series: components["schemas"]["SeriesLatest"][];
            next_cursor?: null | string;
        };
        LeftOut: {
            name: string;
            reason: string;
        };
        LeftOutFile: {
            path: string;
            reason: string;
            /** Format: int64 */
            position?: null | number;
        };
        LogTail: {
            logs: components["schemas"]["LogView"][];
            /** Format: int64 */
            next: number;
        };
        LogView: {
            /** Format: int64 */
            id: number;
            /** Format: date-time */
            time: string;
            level: string;
            message: string;
            /** Format: int32 */
            attempt: number;
        };
        MachineStatus: {
            instance_id: string;
            host: string;
            /** Format: date-time */
            time: string;
            /** Format: int32 */
            cores: number;
            /** Format: double */
            cpu_percent?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            uptime_seconds: number | ("NaN" | "Infinity" | "-Infinity");
            memory: components["schemas"]["MemoryStatus"];
            disk?: null | components["schemas"]["DiskStatus"];
            network: components["schemas"]["NetworkStatus"];
            process: components["schemas"]["ProcessStatus"];
            versions: components["schemas"]["VersionStatus"];
            gpus: components["schemas"]["GpuStatus"][];
        };
        MemoryStatus: {
            /** Format: int64 */
            total_bytes: number;
            /** Format: int64 */
            available_bytes?: null | number;
        };
        MetricHistory: {
            run_id: string;
            series: components["schemas"]["Curve"][];
            /** Format: int32 */
            total_series: number;
        };
        MetricsAccepted: {
            /** Format: int32 */
            stored: number;
            /** Format: int32 */
            repeated: number;
        };
        MetricsEntry: {
            /** Format: int64 */
            step?: null | number;
            metrics: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** Format: date-time */
            timestamp?: null | string;
        };
        MoveTo: {
            experiment_id?: null | string;
        };
        NetworkStatus: {
            /** Format: double */
            received_bytes_per_second?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            sent_bytes_per_second?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
        };
        NewAlert: {
            name?: null | string;
            kind?: null | components["schemas"]["AlertKind"];
            run_id?: null | string;
            experiment_id?: null | string;
            metric?: null | string;
            /** Format: double */
            threshold?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int32 */
            points?: null | number;
            direction?: null | components["schemas"]["AlertDirection"];
            /** Format: double */
            min_delta?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            patience_steps?: null | number;
            /** Format: double */
            after_seconds?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            webhook_url?: null | string;
        };
        NewBulk: {
            run_ids?: null | string[];
            filter?: null | string;
            action?: null | components["schemas"]["RunVerb"];
            tags?: null | {
                [key: string]: string;
            };
            names?: null | string[];
            experiment_id?: null | string;
        };
        NewCheckpoint: {
            path: string;
            /** Format: int64 */
            step?: null | number;
            is_best: boolean;
            metrics?: null | {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** Format: int64 */
            size?: null | number;
            sha256?: null | string;
        };
        NewTrainer: {
            name?: null | string;
            url?: null | string;
            secret?: null | string;
        };
        ObjectiveDefinition: {
            metric?: null | string;
            stat?: null | string;
        };
        /** @enum {unknown} */
        ObjectiveStat: "last" | "min" | "max" | "mean";
        PageOfAlertView: {
            items: components["schemas"]["AlertView"][];
            next_cursor?: null | string;
        };
        PageOfCheckpointView: {
            items: components["schemas"]["CheckpointView"][];
            next_cursor?: null | string;
        };
        PageOfExperimentView: {
            items: components["schemas"]["ExperimentView"][];
            next_cursor?: null | string;
        };
        PageOfFiringView: {
            items: components["schemas"]["FiringView"][];
            next_cursor?: null | string;
        };
        PageOfImportView: {
            items: components["schemas"]["ImportView"][];
            next_cursor?: null | string;
        };
        PageOfRunSummary: {
            items: components["schemas"]["RunSummary"][];
            next_cursor?: null | string;
        };
        PageOfTrainerView: {
            items: components["schemas"]["TrainerView"][];
            next_cursor?: null | string;
        };
        PageOfTrialView: {
            items: components["schemas"]["TrialView"][];
            next_cursor?: null | string;
        };
        PageOfViewView: {
            items: components["schemas"]["ViewView"][];
            next_cursor?: null | string;
        };
        ParameterDefinition: {
            type?: null | string;
            values?: null | unknown[];
            /** Format: double */
            min?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            max?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            step?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            log?: null | boolean;
            /** Format: int32 */
            points?: null | number;
        };
        ParameterImportance: {
            name: string;
            /** Format: double */
            importance: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            main_effect: number | ("NaN" | "Infinity" | "-Infinity");
            scale: string;
            /** Format: int32 */
            values: number;
        };
        /** @description Problem details (RFC 9457). Programs branch on code; message is for people. */
        Problem: {
            /** @description An address that describes the status. */
            type?: string;
            /** @description The status in words. */
            title?: string;
            status: number;
            /** @description As message. */
            detail?: string;
            /** @description The path of the request. */
            instance?: string;
            /** @enum {string} */
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
        ProcessStatus: {
            /** Format: double */
            cpu_percent?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            memory_bytes: number;
            /** Format: double */
            uptime_seconds: number | ("NaN" | "Infinity" | "-Infinity");
        };
        Progress: {
            /** Format: int64 */
            step?: null | number;
            /** Format: int64 */
            total_steps?: null | number;
            /** Format: double */
            fraction?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            epochs?: null | number;
        };
        PrunerDefinition: {
            type?: null | string;
            /** Format: int64 */
            warmup_steps?: null | number;
            /** Format: int32 */
            min_trials?: null | number;
            /** Format: int64 */
            interval?: null | number;
        };
        RegisteredArtifact: {
            path: string;
            kind?: null | string;
            /** Format: int64 */
            size?: null | number;
            sha256?: null | string;
            /** Format: date-time */
            saved_at: string;
        };
        ResumeFrom: {
            /** Format: int64 */
            from_step?: null | number;
        };
        RunCreated: {
            run_id: string;
            status: components["schemas"]["RunStatus"];
        };
        RunDetail: {
            run_id: string;
            name: string;
            kind: components["schemas"]["RunKind"];
            status: components["schemas"]["RunStatus"];
            message?: null | string;
            experiment_id?: null | string;
            source?: null | string;
            spectral_norm?: null | boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at?: null | string;
            /** Format: date-time */
            ended_at?: null | string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            last_heartbeat?: null | string;
            /** Format: int32 */
            attempt: number;
            progress: components["schemas"]["Progress"];
            /** Format: double */
            eta_seconds?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            error_kind?: null | string;
            tags: {
                [key: string]: string;
            };
            config?: null | components["schemas"]["StoredJson"];
            notes?: null | string;
            asked?: null | components["schemas"]["RunRequest"];
            /** Format: double */
            duration_ms?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            mlflow_run_id?: null | string;
            worker_id?: null | string;
            attempts: components["schemas"]["AttemptView"][];
            metrics: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            final_metrics?: null | {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** Format: int32 */
            series_count: number;
            pinned: boolean;
            locked: boolean;
        };
        RunFields: {
            run_id?: null | string;
            name?: null | string;
            status?: null | components["schemas"]["RunStatus"];
            message?: null | string;
            experiment_id?: null | string;
            spectral_norm?: null | boolean;
            config?: null | components["schemas"]["StoredJson"];
            notes?: null | string;
            tags?: null | {
                [key: string]: string;
            };
        };
        RunGoesOn: {
            run_id: string;
            status: components["schemas"]["RunStatus"];
            /** Format: int32 */
            attempt: number;
            last_checkpoint?: null | components["schemas"]["CheckpointView"];
        };
        /** @enum {unknown} */
        RunKind: "own" | "external";
        RunQueued: {
            run_id: string;
        };
        /** @enum {unknown} */
        RunRequest: "cancel" | "pause" | null;
        RunState: {
            run_id: string;
            status: components["schemas"]["RunStatus"];
            message?: null | string;
        };
        /**
         * @description Where a run is in its life.
         * @enum {unknown}
         */
        RunStatus: "queued" | "running" | "completed" | "failed" | "cancelled" | "interrupted" | "unknown";
        RunSummary: {
            run_id: string;
            name: string;
            kind: components["schemas"]["RunKind"];
            status: components["schemas"]["RunStatus"];
            message?: null | string;
            experiment_id?: null | string;
            source?: null | string;
            spectral_norm?: null | boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at?: null | string;
            /** Format: date-time */
            ended_at?: null | string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            last_heartbeat?: null | string;
            /** Format: int32 */
            attempt: number;
            progress: components["schemas"]["Progress"];
            /** Format: double */
            eta_seconds?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            error_kind?: null | string;
            tags: {
                [key: string]: string;
            };
            pinned: boolean;
            locked: boolean;
            /** Format: date-time */
            deleted_at?: null | string;
            metrics?: null | {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            params?: null | {
                [key: string]: string;
            };
        };
        /** @enum {unknown} */
        RunVerb: "tag" | "untag" | "move" | "pin" | "unpin" | "lock" | "unlock" | "delete" | "restore" | "cancel" | null;
        /** @description Which Trainyard answers. */
        RunningVersion: {
            /** @description Its release, such as `0.1.0`. */
            version: string;
        };
        SeriesLatest: {
            name: string;
            /** Format: int64 */
            step: number;
            /** Format: double */
            value: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: date-time */
            time: string;
            /** Format: double */
            min?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            min_step?: null | number;
            /** Format: double */
            max?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            max_step?: null | number;
            /** Format: int64 */
            count: number;
            /** Format: int64 */
            nan_count: number;
            /** Format: int64 */
            infinite_count: number;
        };
        ShouldPrune: {
            trial_id: string;
            prune: boolean;
            reason?: null | string;
            /** Format: int64 */
            step?: null | number;
            /** Format: double */
            best?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            median?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
        };
        SseItemOfGeneratedPiece: {
            data?: components["schemas"]["GeneratedPiece"];
            event_type?: null | string;
            event_id?: null | string;
            reconnection_interval?: null | string;
        };
        StopSweep: {
            /** @default false */
            cancel_running: boolean;
        };
        StoredJson: unknown;
        SweepDefinition: {
            search_space?: {
                [key: string]: components["schemas"]["ParameterDefinition"];
            };
            sampler?: string;
            /** Format: int32 */
            max_trials?: null | number;
            /** Format: int32 */
            max_concurrent?: number;
            objective?: null | components["schemas"]["ObjectiveDefinition"];
            direction?: string;
            /** Format: int64 */
            seed?: null | number;
            pruner?: null | components["schemas"]["PrunerDefinition"];
            trainer?: string;
            base?: null | components["schemas"]["JsonElement"];
        };
        /** @enum {unknown} */
        SweepState: "running" | "paused" | "stopped" | "finished";
        SweepView: {
            sweep_id: string;
            experiment_id: string;
            state: components["schemas"]["SweepState"];
            message?: null | string;
            trainer: string;
            /** Format: int32 */
            max_trials: number;
            /** Format: int32 */
            max_concurrent: number;
            trials: components["schemas"]["TrialCounts"];
            best?: null | components["schemas"]["TrialView"];
            running: components["schemas"]["TrialView"][];
            definition: components["schemas"]["StoredJson"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            ended_at?: null | string;
        };
        SystemHistory: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            instances: components["schemas"]["InstanceHistory"][];
        };
        TagChanges: {
            set?: null | {
                [key: string]: string;
            };
            remove?: null | string[];
        };
        TokenizerConfig: {
            name?: null | string;
            method?: string;
            corpus_path?: string;
            replace_invalid_bytes?: boolean;
            /** Format: int32 */
            vocab_size?: number;
            /** Format: int32 */
            min_frequency?: number;
            special_tokens?: string[];
            sequence?: string;
            normalization?: string;
            lowercase?: boolean;
            /** Format: double */
            holdout_fraction?: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            seed?: number;
            /** Format: int32 */
            threads?: null | number;
            /** Format: int64 */
            sample_max_lines?: null | number;
        };
        TokenizerDeleted: {
            tokenizer_id: string;
            used_by: string[];
        };
        TokenizerManifest: {
            tokenizer_id: string;
            name?: null | string;
            status: components["schemas"]["TokenizerStatus"];
            message: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at?: null | string;
            /** Format: date-time */
            finished_at?: null | string;
            /** Format: int32 */
            attempts?: number;
            progress?: null | components["schemas"]["TrainingProgress"];
            config: components["schemas"]["TokenizerConfig"];
            /** Format: int32 */
            vocab_size?: null | number;
            statistics?: null | components["schemas"]["TokenizerStatistics"];
            corpus?: null | components["schemas"]["CorpusSummary"];
            durations?: null | components["schemas"]["TrainingDurations"];
            environment?: null | components["schemas"]["TrainingEnvironment"];
            artifacts?: components["schemas"]["ArtifactFile"][];
            failure?: null | components["schemas"]["TrainingFailure"];
        };
        TokenizerPage: {
            items: components["schemas"]["TokenizerManifest"][];
            next_cursor?: null | string;
        };
        TokenizerStatistics: {
            /** Format: double */
            coverage: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            oov_rate: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            token_count: number;
            /** Format: double */
            character_coverage: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            tokens_per_character: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            tokens_per_word: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            lines: number;
            /** Format: int64 */
            bytes: number;
            held_out: boolean;
        };
        /** @enum {unknown} */
        TokenizerStatus: "queued" | "training" | "completed" | "failed";
        Told: {
            trial_id: string;
            /** Format: double */
            value?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            state?: null | string;
        };
        TrainerView: {
            name: string;
            url: string;
            /** Format: date-time */
            created_at: string;
            /** Format: int32 */
            waiting: number;
            last_error?: null | string;
        };
        TrainingAccepted: {
            tokenizer_id: string;
        };
        /** @description What to train, on what, and how: the body of `POST /api/runs/train`. Defaults train well on a laptop. */
        TrainingConfig: {
            /** @description The architecture: `gpt2`. */
            model_family?: string;
            /** @description A named shape: `nano`, `tiny` or `small`. Explicit members below replace its parts. */
            model_size?: string;
            /**
             * Format: int32
             * @description Transformer blocks, 1 to 96.
             */
            layers?: null | number;
            /**
             * Format: int32
             * @description Attention heads, 1 to 128.
             */
            heads?: null | number;
            /**
             * Format: int32
             * @description Key and value heads; GPT-2 has as many as int? TrainingConfig.Heads.
             */
            kv_heads?: null | number;
            /**
             * Format: int32
             * @description Width, 8 to 8,192, a multiple of the heads.
             */
            dim?: null | number;
            /**
             * Format: int32
             * @description Context length in tokens, 8 to 8,192.
             */
            max_seq_len?: null | number;
            /** @description A completed tokenizer. */
            tokenizer_id?: string;
            /** @description A text file or a folder of them, below `APP__CORPUS_ROOT`. */
            corpus_path?: string;
            /** @description Reads bytes of the text that are not UTF-8 as U+FFFD; a file that has any is left out otherwise. */
            replace_invalid_bytes?: boolean;
            /**
             * Format: int32
             * @description Sequences per forward pass, 1 to 4,096.
             */
            batch_size?: number;
            /**
             * Format: int32
             * @description Forward passes per optimizer step, 1 to 1,024.
             */
            gradient_accumulation?: number;
            /**
             * Format: double
             * @description Peak learning rate, above 0 up to 1.
             */
            learning_rate?: number | ("NaN" | "Infinity" | "-Infinity");
            /** @description `cosine` (down to a tenth), `linear` (down to a tenth) or `constant`, each after the warmup. */
            lr_schedule?: string;
            /**
             * Format: int32
             * @description Steps over which the learning rate rises from 0; a twentieth of all steps, at most 200, when unset.
             */
            warmup_steps?: null | number;
            /**
             * Format: double
             * @description Decoupled weight decay of matrices, 0 to 1.
             */
            weight_decay?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: double
             * @description Largest norm of the gradient, 0 for no clipping.
             */
            grad_clip?: number | ("NaN" | "Infinity" | "-Infinity");
            /** @description `adamw`. */
            optimizer?: string;
            /**
             * Format: int32
             * @description Passes over the training tokens, 1 to 10,000; 1 when neither this nor long? TrainingConfig.MaxSteps is set.
             */
            num_epochs?: null | number;
            /**
             * Format: int64
             * @description Optimizer steps after which to stop, whatever the epochs.
             */
            max_steps?: null | number;
            /**
             * Format: double
             * @description Dropout, 0 up to but not including 1.
             */
            dropout?: number | ("NaN" | "Infinity" | "-Infinity");
            /** @description Whether weights are spectrally normalised. */
            spectral_norm?: boolean;
            /**
             * Format: int64
             * @description Seed of every random choice.
             */
            seed?: number;
            /**
             * Format: int32
             * @description Threads of the matrix library, 1 to 1,024; all cores when unset. The same count gives the same weights.
             */
            threads?: null | number;
            /**
             * Format: double
             * @description Share of the text's bytes kept for validation, above 0 and at most 0.5: whole files, chosen by `seed`, or the last lines of
             *     files that are larger than that share.
             */
            holdout_fraction?: number | ("NaN" | "Infinity" | "-Infinity");
            /**
             * Format: int32
             * @description Steps between evaluations; at the end of every epoch when unset.
             */
            eval_every?: null | number;
            /**
             * Format: int32
             * @description Steps between checkpoints; whenever it evaluates when unset.
             */
            checkpoint_every?: null | number;
            /**
             * Format: int32
             * @description How many of the newest checkpoints to keep, 1 to 1,000; the best one is kept besides.
             */
            keep_checkpoints?: number;
            /**
             * Format: int32
             * @description Evaluations without improvement after which to stop; never when unset.
             */
            early_stopping_patience?: null | number;
            /**
             * Format: int32
             * @description Steps between logged training metrics, 1 to 100,000.
             */
            log_every?: number;
            /** @description A run or a checkpoint whose weights to begin with. */
            start_from?: null | string;
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
            /** @description Who asked for it; passed through to events. */
            user_id?: null | string;
        };
        TrainingDurations: {
            /** Format: double */
            open_seconds: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            count_seconds: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            merge_seconds: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: double */
            total_seconds: number | ("NaN" | "Infinity" | "-Infinity");
        };
        TrainingEnvironment: {
            trainyard: string;
            git_commit?: null | string;
            dotnet: string;
            os: string;
            cpu: string;
            /** Format: int32 */
            processors: number;
        };
        TrainingFailure: {
            class: string;
            code: components["schemas"]["ErrorCode"];
            last_error: string;
        };
        TrainingProgress: {
            phase: string;
            /** Format: double */
            fraction: number | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int32 */
            merges_done: number;
            /** Format: int32 */
            merges_wanted: number;
        };
        TrialCounts: {
            /** Format: int32 */
            handed: number;
            /** Format: int32 */
            left: number;
            /** Format: int32 */
            pending: number;
            /** Format: int32 */
            completed: number;
            /** Format: int32 */
            failed: number;
            /** Format: int32 */
            pruned: number;
        };
        /** @enum {unknown} */
        TrialOutcome: "pending" | "pruning" | "completed" | "failed" | "pruned";
        TrialView: {
            /** Format: int32 */
            number: number;
            trial_id: string;
            state: components["schemas"]["TrialOutcome"];
            /** Format: double */
            value?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            /** Format: int64 */
            step?: null | number;
            message?: null | string;
            hyperparams: components["schemas"]["JsonObject"];
        };
        VersionStatus: {
            trainyard: string;
            dotnet: string;
            os: string;
        };
        ViewFields: {
            name?: null | string;
            path?: null | string;
        };
        ViewView: {
            view_id: string;
            name: string;
            path: string;
            /** Format: date-time */
            created_at: string;
        };
        WebSocketTicket: {
            /** @description Goes into the address of one WebSocket: `/ws?ticket=…`. */
            ticket: string;
            /**
             * Format: int32
             * @description Seconds within which it has to be used.
             */
            expires_in: number;
        };
        WebhookView: {
            host: string;
            /** Format: int32 */
            attempts: number;
            /** Format: date-time */
            taken_at?: null | string;
            /** Format: date-time */
            next_at?: null | string;
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
                /** @description Makes a repetition of this request recognisable: any string, remembered for a week, or client:sequence, remembered for as long as its run. It counts within the API key and this address. Another body under it is refused. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
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
                "application/json": {
                    event: string;
                    /** Format: uuid */
                    event_id?: null | string;
                    trial_id?: null | string;
                    model_run_id?: null | string;
                    /** Format: date-time */
                    timestamp?: null | string;
                    source?: null | string;
                    metadata?: Record<string, never>;
                    measurements?: null | {
                        [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
                    };
                    tags?: null | {
                        [key: string]: string;
                    };
                } | {
                    event: string;
                    /** Format: uuid */
                    event_id?: null | string;
                    trial_id?: null | string;
                    model_run_id?: null | string;
                    /** Format: date-time */
                    timestamp?: null | string;
                    source?: null | string;
                    metadata?: Record<string, never>;
                    measurements?: null | {
                        [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
                    };
                    tags?: null | {
                        [key: string]: string;
                    };
                }[];
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
                "application/x-ndjson": {
                    event: string;
                    /** Format: uuid */
                    event_id?: null | string;
                    trial_id?: null | string;
                    model_run_id?: null | string;
                    /** Format: date-time */
                    timestamp?: null | string;
                    source?: null | string;
                    metadata?: Record<string, never>;
                    measurements?: null | {
                        [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
                    };
                    tags?: null | {
                        [key: string]: string;
                    };
                };
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
                status?: string;
                experiment_id?: string;
                name?: string;
                tag?: string[];
                spectral_norm?: boolean;
                pinned?: boolean;
                deleted?: boolean;
                filter?: string;
                order_by?: string;
                metrics?: string[];
                params?: string[];
                limit?: number;
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
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false
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
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false
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
                permanent?: boolean;
            };
            header?: never;
            path: {
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
                "application/json": components["schemas"]["MoveTo"];
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
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false
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
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false
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
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false
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
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false
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
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false
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
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false
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
                     *       "series_count": 2,
                     *       "pinned": false,
                     *       "locked": false
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
    GetCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
            query?: never;
            header?: never;
            path: {
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
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EvaluationResult"];
                };
            };
        };
    };
    CompareRuns: {
        parameters: {
            query?: {
                metric?: string;
                by?: string[];
                stat?: string;
            };
            header?: never;
            path: {
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
                metric?: string;
                stat?: string;
            };
            header?: never;
            path: {
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
    ExportRun: {
        parameters: {
            query?: {
                format?: string;
                keys?: string[];
                from_step?: number;
                to_step?: number;
                attempts?: string;
                logs?: boolean;
            };
            header?: never;
            path: {
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
                content?: never;
            };
        };
    };
    ExportExperiment: {
        parameters: {
            query?: {
                format?: string;
                keys?: string[];
                from_step?: number;
                to_step?: number;
                attempts?: string;
                logs?: boolean;
            };
            header?: never;
            path: {
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
                content?: never;
            };
        };
    };
    Import: {
        parameters: {
            query?: {
                format?: string;
                experiment_id?: string;
                step_multiplier?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description With format in the query what is to be imported; otherwise JSON that says where it lies. The Content-Type is not looked at. */
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
    CancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
    GetMetricHistory: {
        parameters: {
            query?: {
                keys?: string[];
                from_step?: number;
                to_step?: number;
                max_points?: number;
                attempt?: string;
            };
            header?: never;
            path: {
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
                "Idempotency-Key"?: string;
            };
            path: {
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
                "application/json": components["schemas"]["MetricsEntry"][];
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
    GetLatestMetrics: {
        parameters: {
            query?: {
                prefix?: string;
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
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
                runs?: string[];
                keys?: string[];
                from_step?: number;
                to_step?: number;
                max_points?: number;
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
                order_by?: string;
                best?: boolean;
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
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
                limit?: number;
                after?: number;
                level?: string;
                contains?: string;
            };
            header?: never;
            path: {
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
                after?: number;
                level?: string;
                contains?: string;
            };
            header?: {
                "Last-Event-ID"?: string;
            };
            path: {
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
                content?: never;
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
                folder?: string;
                deleted?: boolean;
                limit?: number;
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
                runs?: boolean;
            };
            header?: never;
            path: {
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
    ListTrials: {
        parameters: {
            query?: {
                status?: string;
                experiment_id?: string;
                name?: string;
                tag?: string[];
                spectral_norm?: boolean;
                pinned?: boolean;
                deleted?: boolean;
                filter?: string;
                order_by?: string;
                metrics?: string[];
                params?: string[];
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
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
    GetSweep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
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
                "Idempotency-Key"?: string;
            };
            path: {
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
                "application/json": null | components["schemas"]["AskFor"];
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
                    "application/json": components["schemas"]["Asked"];
                };
            };
        };
    };
    TellTrial: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
                "application/json": components["schemas"]["Told"];
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
                step?: number;
                value?: (null | number) | ("NaN" | "Infinity" | "-Infinity");
            };
            header?: never;
            path: {
                experimentId: string;
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
                archive?: string;
            };
            header?: never;
            path: {
                kind: string;
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
                kind: string;
                id: string;
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
                content?: never;
            };
        };
    };
    UploadArtifact: {
        parameters: {
            query?: never;
            header?: {
                "X-Content-SHA256"?: string;
            };
            path: {
                id: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
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
                id: string;
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
    ListImports: {
        parameters: {
            query?: {
                limit?: number;
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
                run_id?: string;
                experiment_id?: string;
                limit?: number;
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
                alert_id?: string;
                run_id?: string;
                acknowledged?: boolean;
                limit?: number;
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
                from?: null | string;
                to?: null | string;
                max_points?: number;
                keys?: string[];
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
                limit?: number;
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
                    "text/event-stream": components["schemas"]["SseItemOfGeneratedPiece"];
                };
            };
        };
    };
}

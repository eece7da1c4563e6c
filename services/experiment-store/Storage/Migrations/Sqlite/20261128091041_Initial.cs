using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "alert_firings",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    alert_id = table.Column<string>(type: "TEXT", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    metric = table.Column<string>(type: "TEXT", nullable: true),
                    step = table.Column<long>(type: "INTEGER", nullable: true),
                    value = table.Column<double>(type: "REAL", nullable: true),
                    message = table.Column<string>(type: "TEXT", nullable: false),
                    fired_at = table.Column<long>(type: "INTEGER", nullable: false),
                    acknowledged_at = table.Column<long>(type: "INTEGER", nullable: true),
                    published_at = table.Column<long>(type: "INTEGER", nullable: true),
                    webhook_url = table.Column<string>(type: "TEXT", nullable: true),
                    webhook_due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    webhook_attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    webhook_taken_at = table.Column<long>(type: "INTEGER", nullable: true),
                    webhook_error = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alert_firings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "alert_states",
                columns: table => new
                {
                    alert_id = table.Column<string>(type: "TEXT", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    streak = table.Column<int>(type: "INTEGER", nullable: false),
                    best = table.Column<double>(type: "REAL", nullable: true),
                    best_step = table.Column<long>(type: "INTEGER", nullable: true),
                    fired = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alert_states", x => new { x.run_id, x.alert_id });
                });

            migrationBuilder.CreateTable(
                name: "alerts",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: true),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", nullable: true),
                    experiment_id = table.Column<string>(type: "TEXT", nullable: true),
                    metric = table.Column<string>(type: "TEXT", nullable: true),
                    threshold = table.Column<double>(type: "REAL", nullable: true),
                    points = table.Column<int>(type: "INTEGER", nullable: false),
                    direction = table.Column<string>(type: "TEXT", nullable: true),
                    min_delta = table.Column<double>(type: "REAL", nullable: true),
                    patience_steps = table.Column<long>(type: "INTEGER", nullable: true),
                    after_seconds = table.Column<double>(type: "REAL", nullable: true),
                    webhook_url = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "archives",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    series_id = table.Column<long>(type: "INTEGER", nullable: false),
                    first_step = table.Column<long>(type: "INTEGER", nullable: false),
                    last_step = table.Column<long>(type: "INTEGER", nullable: false),
                    minutes = table.Column<int>(type: "INTEGER", nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_archives", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "artifacts",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    path = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: true),
                    size = table.Column<long>(type: "INTEGER", nullable: true),
                    sha256 = table.Column<string>(type: "TEXT", nullable: true),
                    saved_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_artifacts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    from_step = table.Column<long>(type: "INTEGER", nullable: true),
                    requested_step = table.Column<long>(type: "INTEGER", nullable: true),
                    until_step = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => new { x.run_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "checkpoints",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    path = table.Column<string>(type: "TEXT", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    step = table.Column<long>(type: "INTEGER", nullable: true),
                    is_best = table.Column<bool>(type: "INTEGER", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: true),
                    sha256 = table.Column<string>(type: "TEXT", nullable: true),
                    metrics = table.Column<string>(type: "TEXT", nullable: true),
                    metadata = table.Column<string>(type: "TEXT", nullable: true),
                    saved_at = table.Column<long>(type: "INTEGER", nullable: false),
                    validation = table.Column<string>(type: "TEXT", nullable: false, defaultValue: "unchecked"),
                    checked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    format = table.Column<string>(type: "TEXT", nullable: true),
                    tensors = table.Column<long>(type: "INTEGER", nullable: true),
                    parameters = table.Column<long>(type: "INTEGER", nullable: true),
                    problems = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_checkpoints", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deliveries",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    trainer = table.Column<string>(type: "TEXT", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    taken_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_error = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => x.run_id);
                });

            migrationBuilder.CreateTable(
                name: "evaluations",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    request = table.Column<string>(type: "TEXT", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    worker_id = table.Column<string>(type: "TEXT", nullable: true),
                    checkpoint_id = table.Column<string>(type: "TEXT", nullable: true),
                    step = table.Column<long>(type: "INTEGER", nullable: true),
                    message = table.Column<string>(type: "TEXT", nullable: true),
                    error_kind = table.Column<string>(type: "TEXT", nullable: true),
                    metrics = table.Column<string>(type: "TEXT", nullable: true),
                    offer_at = table.Column<long>(type: "INTEGER", nullable: true),
                    offers = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_evaluations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "experiments",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    search_space = table.Column<string>(type: "TEXT", nullable: true),
                    folder = table.Column<string>(type: "TEXT", nullable: false, defaultValue: ""),
                    notes = table.Column<string>(type: "TEXT", nullable: true),
                    tags = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    runs_deleted_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiments", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "imported_parts",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    part = table.Column<string>(type: "TEXT", nullable: false),
                    numbers = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_imported_parts", x => new { x.run_id, x.part });
                });

            migrationBuilder.CreateTable(
                name: "imports",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    format = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    path = table.Column<string>(type: "TEXT", nullable: true),
                    experiment_id = table.Column<string>(type: "TEXT", nullable: true),
                    step_multiplier = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    bytes_total = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes_read = table.Column<long>(type: "INTEGER", nullable: false),
                    runs = table.Column<int>(type: "INTEGER", nullable: false),
                    runs_skipped = table.Column<int>(type: "INTEGER", nullable: false),
                    added = table.Column<long>(type: "INTEGER", nullable: false),
                    repeated = table.Column<long>(type: "INTEGER", nullable: false),
                    ignored = table.Column<long>(type: "INTEGER", nullable: false),
                    notices = table.Column<string>(type: "TEXT", nullable: true),
                    error_code = table.Column<string>(type: "TEXT", nullable: true),
                    message = table.Column<string>(type: "TEXT", nullable: true),
                    worker = table.Column<string>(type: "TEXT", nullable: true),
                    leased_until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_imports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "logs",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    level = table.Column<string>(type: "TEXT", nullable: false),
                    message = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logs", x => x.id);
                });

            // Clustered by its key: EF Core has no WITHOUT ROWID, without which every row is stored twice.
            migrationBuilder.Sql("""
                CREATE TABLE machine_samples (
                    instance_id TEXT NOT NULL,
                    width INTEGER NOT NULL,
                    time INTEGER NOT NULL,
                    "values" BLOB NOT NULL,
                    PRIMARY KEY (instance_id, width, time)) WITHOUT ROWID
                """);

            migrationBuilder.CreateTable(
                name: "machines",
                columns: table => new
                {
                    instance_id = table.Column<string>(type: "TEXT", nullable: false),
                    host = table.Column<string>(type: "TEXT", nullable: false),
                    keys = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_machines", x => x.instance_id);
                });

            migrationBuilder.CreateTable(
                name: "minutes",
                columns: table => new
                {
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    series_id = table.Column<long>(type: "INTEGER", nullable: false),
                    minute = table.Column<long>(type: "INTEGER", nullable: false),
                    replaced = table.Column<bool>(type: "INTEGER", nullable: false),
                    first_step = table.Column<long>(type: "INTEGER", nullable: false),
                    last_step = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    last_time = table.Column<long>(type: "INTEGER", nullable: false),
                    last_value = table.Column<double>(type: "REAL", nullable: true),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    nan_count = table.Column<long>(type: "INTEGER", nullable: false),
                    infinite_count = table.Column<long>(type: "INTEGER", nullable: false),
                    min = table.Column<double>(type: "REAL", nullable: true),
                    min_step = table.Column<long>(type: "INTEGER", nullable: true),
                    max = table.Column<double>(type: "REAL", nullable: true),
                    max_step = table.Column<long>(type: "INTEGER", nullable: true),
                    total = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_minutes", x => new { x.series_id, x.minute, x.attempt, x.replaced });
                });

            // Clustered by its key: EF Core has no WITHOUT ROWID, without which every row is stored twice.
            migrationBuilder.Sql("""
                CREATE TABLE points (
                    series_id INTEGER NOT NULL,
                    step INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    time INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    value REAL NULL,
                    PRIMARY KEY (series_id, step, seq)) WITHOUT ROWID
                """);

            migrationBuilder.CreateTable(
                name: "remembered_keys",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    body_hash = table.Column<long>(type: "INTEGER", nullable: false),
                    stored_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_remembered_keys", x => x.key);
                });

            // Clustered by its key: EF Core has no WITHOUT ROWID, without which every row is stored twice.
            migrationBuilder.Sql("""
                CREATE TABLE run_params (
                    run_id TEXT NOT NULL,
                    name TEXT NOT NULL,
                    text TEXT NOT NULL,
                    number REAL NULL,
                    PRIMARY KEY (run_id, name)) WITHOUT ROWID
                """);

            migrationBuilder.CreateTable(
                name: "run_tags",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_tags", x => new { x.run_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "runs",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    message = table.Column<string>(type: "TEXT", nullable: true),
                    experiment_id = table.Column<string>(type: "TEXT", nullable: true),
                    source = table.Column<string>(type: "TEXT", nullable: true),
                    spectral_norm = table.Column<bool>(type: "INTEGER", nullable: true),
                    config = table.Column<string>(type: "TEXT", nullable: true),
                    notes = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_heartbeat = table.Column<long>(type: "INTEGER", nullable: true),
                    expect_next_in = table.Column<double>(type: "REAL", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    step = table.Column<long>(type: "INTEGER", nullable: true),
                    total_steps = table.Column<long>(type: "INTEGER", nullable: true),
                    eta_seconds = table.Column<double>(type: "REAL", nullable: true),
                    epochs = table.Column<long>(type: "INTEGER", nullable: true),
                    duration_ms = table.Column<double>(type: "REAL", nullable: true),
                    mlflow_run_id = table.Column<string>(type: "TEXT", nullable: true),
                    final_metrics = table.Column<string>(type: "TEXT", nullable: true),
                    error_kind = table.Column<string>(type: "TEXT", nullable: true),
                    asked = table.Column<string>(type: "TEXT", nullable: true),
                    silent = table.Column<bool>(type: "INTEGER", nullable: false),
                    worker_id = table.Column<string>(type: "TEXT", nullable: true),
                    start_from_path = table.Column<string>(type: "TEXT", nullable: true),
                    progress_step = table.Column<long>(type: "INTEGER", nullable: true),
                    stalled_attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    offer_at = table.Column<long>(type: "INTEGER", nullable: true),
                    offers = table.Column<int>(type: "INTEGER", nullable: false),
                    series_count = table.Column<int>(type: "INTEGER", nullable: false),
                    warned_at = table.Column<long>(type: "INTEGER", nullable: true),
                    has_sort_keys = table.Column<bool>(type: "INTEGER", nullable: false),
                    pinned = table.Column<bool>(type: "INTEGER", nullable: false),
                    locked = table.Column<bool>(type: "INTEGER", nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    removing = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_runs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sequence_pages",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    body_hashes = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sequence_pages", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "series",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    nan_count = table.Column<long>(type: "INTEGER", nullable: false),
                    infinite_count = table.Column<long>(type: "INTEGER", nullable: false),
                    points_stored = table.Column<long>(type: "INTEGER", nullable: false),
                    last_step = table.Column<long>(type: "INTEGER", nullable: true),
                    last_time = table.Column<long>(type: "INTEGER", nullable: true),
                    last_value = table.Column<double>(type: "REAL", nullable: true),
                    min = table.Column<double>(type: "REAL", nullable: true),
                    min_step = table.Column<long>(type: "INTEGER", nullable: true),
                    max = table.Column<double>(type: "REAL", nullable: true),
                    max_step = table.Column<long>(type: "INTEGER", nullable: true),
                    open = table.Column<byte[]>(type: "BLOB", nullable: true),
                    merged = table.Column<long>(type: "INTEGER", nullable: false),
                    receipts = table.Column<byte[]>(type: "BLOB", nullable: true),
                    oldest_raw = table.Column<long>(type: "INTEGER", nullable: true),
                    oldest_minute = table.Column<long>(type: "INTEGER", nullable: true),
                    sort_last = table.Column<double>(type: "REAL", nullable: true),
                    sort_min = table.Column<double>(type: "REAL", nullable: true),
                    sort_max = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_series", x => x.id);
                });

            // Clustered by its key: EF Core has no WITHOUT ROWID, without which every row is stored twice.
            migrationBuilder.Sql("""
                CREATE TABLE summaries (
                    series_id INTEGER NOT NULL,
                    level INTEGER NOT NULL,
                    bucket INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    first_step INTEGER NOT NULL,
                    last_step INTEGER NOT NULL,
                    last_seq INTEGER NOT NULL,
                    last_time INTEGER NOT NULL,
                    last_value REAL NULL,
                    count INTEGER NOT NULL,
                    nan_count INTEGER NOT NULL,
                    infinite_count INTEGER NOT NULL,
                    min REAL NULL,
                    min_step INTEGER NULL,
                    max REAL NULL,
                    max_step INTEGER NULL,
                    total REAL NOT NULL,
                    PRIMARY KEY (series_id, level, bucket, attempt)) WITHOUT ROWID
                """);

            migrationBuilder.CreateTable(
                name: "sweeps",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    experiment_id = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    message = table.Column<string>(type: "TEXT", nullable: true),
                    definition = table.Column<string>(type: "TEXT", nullable: false),
                    trainer = table.Column<string>(type: "TEXT", nullable: false),
                    max_trials = table.Column<int>(type: "INTEGER", nullable: false),
                    max_concurrent = table.Column<int>(type: "INTEGER", nullable: false),
                    prunes = table.Column<bool>(type: "INTEGER", nullable: false),
                    trials = table.Column<int>(type: "INTEGER", nullable: false),
                    trusted_from = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sweeps", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "trainers",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    url = table.Column<string>(type: "TEXT", nullable: false),
                    secret = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trainers", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "trials",
                columns: table => new
                {
                    sweep_id = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", nullable: false),
                    point = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: true),
                    asked_with = table.Column<string>(type: "TEXT", nullable: true),
                    step = table.Column<long>(type: "INTEGER", nullable: true),
                    message = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_trials", x => new { x.sweep_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "views",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    path = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_views", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_alert_firings_alert_id_fired_at_id",
                table: "alert_firings",
                columns: new[] { "alert_id", "fired_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_alert_firings_fired_at_id",
                table: "alert_firings",
                columns: new[] { "fired_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_alert_firings_published_at",
                table: "alert_firings",
                column: "published_at");

            migrationBuilder.CreateIndex(
                name: "IX_alert_firings_run_id_alert_id_attempt",
                table: "alert_firings",
                columns: new[] { "run_id", "alert_id", "attempt" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_alert_firings_webhook_due_at",
                table: "alert_firings",
                column: "webhook_due_at",
                filter: "webhook_due_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_alert_states_alert_id",
                table: "alert_states",
                column: "alert_id");

            migrationBuilder.CreateIndex(
                name: "IX_alerts_created_at_id",
                table: "alerts",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_alerts_run_id",
                table: "alerts",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_archives_series_id_last_step",
                table: "archives",
                columns: new[] { "series_id", "last_step" });

            migrationBuilder.CreateIndex(
                name: "IX_artifacts_run_id_path",
                table: "artifacts",
                columns: new[] { "run_id", "path" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_checkpoints_run_id_path",
                table: "checkpoints",
                columns: new[] { "run_id", "path" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_checkpoints_unchecked",
                table: "checkpoints",
                column: "saved_at",
                filter: "validation = 'unchecked'");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_due_at",
                table: "deliveries",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "IX_evaluations_run_id_created_at",
                table: "evaluations",
                columns: new[] { "run_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_evaluations_status",
                table: "evaluations",
                column: "status");

            migrationBuilder.CreateIndex(
                name: "IX_experiments_created_at_id",
                table: "experiments",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_imports_created_at_id",
                table: "imports",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_logs_run_id_id",
                table: "logs",
                columns: new[] { "run_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_minutes_series_id_last_step",
                table: "minutes",
                columns: new[] { "series_id", "last_step" });

            migrationBuilder.CreateIndex(
                name: "IX_remembered_keys_run_id",
                table: "remembered_keys",
                column: "run_id",
                filter: "run_id <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_remembered_keys_stored_at",
                table: "remembered_keys",
                column: "stored_at");

            migrationBuilder.CreateIndex(
                name: "IX_run_params_name_number_run_id",
                table: "run_params",
                columns: new[] { "name", "number", "run_id" },
                filter: "number IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_created_at_id",
                table: "runs",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_deleted_at",
                table: "runs",
                column: "deleted_at",
                filter: "deleted_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_ended_at_id",
                table: "runs",
                columns: new[] { "ended_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_experiment_id_created_at_id",
                table: "runs",
                columns: new[] { "experiment_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_name_id",
                table: "runs",
                columns: new[] { "name", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_pinned",
                table: "runs",
                columns: new[] { "created_at", "id" },
                filter: "pinned");

            migrationBuilder.CreateIndex(
                name: "IX_runs_started_at_id",
                table: "runs",
                columns: new[] { "started_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_status_id",
                table: "runs",
                columns: new[] { "status", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_without_sort_keys",
                table: "runs",
                column: "id",
                filter: "NOT has_sort_keys");

            migrationBuilder.CreateIndex(
                name: "IX_sequence_pages_run_id",
                table: "sequence_pages",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_series_name_sort_last_run_id",
                table: "series",
                columns: new[] { "name", "sort_last", "run_id" });

            migrationBuilder.CreateIndex(
                name: "IX_series_name_sort_max_run_id",
                table: "series",
                columns: new[] { "name", "sort_max", "run_id" },
                filter: "sort_max IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_series_name_sort_min_run_id",
                table: "series",
                columns: new[] { "name", "sort_min", "run_id" },
                filter: "sort_min IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_series_oldest_minute",
                table: "series",
                column: "oldest_minute");

            migrationBuilder.CreateIndex(
                name: "IX_series_oldest_raw",
                table: "series",
                column: "oldest_raw");

            migrationBuilder.CreateIndex(
                name: "IX_series_run_id_name",
                table: "series",
                columns: new[] { "run_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_sweeps_experiment_id_created_at",
                table: "sweeps",
                columns: new[] { "experiment_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_sweeps_state",
                table: "sweeps",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_trials_run_id",
                table: "trials",
                column: "run_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_trials_state_sweep_id",
                table: "trials",
                columns: new[] { "state", "sweep_id" });

            // EF Core has no indexes on expressions.
            migrationBuilder.Sql("""CREATE INDEX "IX_run_params_name_text" ON run_params (name, substr(text, 1, 200), run_id) WHERE number IS NULL""");
            migrationBuilder.Sql("""CREATE INDEX "IX_run_tags_name_value" ON run_tags (name, substr(value, 1, 200), run_id)""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alert_firings");

            migrationBuilder.DropTable(
                name: "alert_states");

            migrationBuilder.DropTable(
                name: "alerts");

            migrationBuilder.DropTable(
                name: "archives");

            migrationBuilder.DropTable(
                name: "artifacts");

            migrationBuilder.DropTable(
                name: "attempts");

            migrationBuilder.DropTable(
                name: "checkpoints");

            migrationBuilder.DropTable(
                name: "deliveries");

            migrationBuilder.DropTable(
                name: "evaluations");

            migrationBuilder.DropTable(
                name: "experiments");

            migrationBuilder.DropTable(
                name: "imported_parts");

            migrationBuilder.DropTable(
                name: "imports");

            migrationBuilder.DropTable(
                name: "logs");

            migrationBuilder.DropTable(
                name: "machine_samples");

            migrationBuilder.DropTable(
                name: "machines");

            migrationBuilder.DropTable(
                name: "minutes");

            migrationBuilder.DropTable(
                name: "points");

            migrationBuilder.DropTable(
                name: "remembered_keys");

            migrationBuilder.DropTable(
                name: "run_params");

            migrationBuilder.DropTable(
                name: "run_tags");

            migrationBuilder.DropTable(
                name: "runs");

            migrationBuilder.DropTable(
                name: "sequence_pages");

            migrationBuilder.DropTable(
                name: "series");

            migrationBuilder.DropTable(
                name: "summaries");

            migrationBuilder.DropTable(
                name: "sweeps");

            migrationBuilder.DropTable(
                name: "trainers");

            migrationBuilder.DropTable(
                name: "trials");

            migrationBuilder.DropTable(
                name: "views");
        }
    }
}

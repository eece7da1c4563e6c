using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Search : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_run_tags_name_run_id",
                table: "run_tags");

            migrationBuilder.AddColumn<double>(
                name: "ranked_last",
                table: "series",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "ranked_max",
                table: "series",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "ranked_min",
                table: "series",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "locked",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "pinned",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "ranked",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "removing",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "deleted_at",
                table: "experiments",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "folder",
                table: "experiments",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "notes",
                table: "experiments",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "tags",
                table: "experiments",
                type: "TEXT",
                nullable: true);

            // Clustered by its key: what a filter asks of a run is one look-up. EF Core can't say so.
            migrationBuilder.Sql("""
                CREATE TABLE run_params (
                    run_id TEXT NOT NULL,
                    name TEXT NOT NULL,
                    text TEXT NOT NULL,
                    number REAL NULL,
                    PRIMARY KEY (run_id, name)) WITHOUT ROWID
                """);

            migrationBuilder.CreateIndex(
                name: "IX_series_name_ranked_last_run_id",
                table: "series",
                columns: new[] { "name", "ranked_last", "run_id" },
                filter: "ranked_last IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_series_name_ranked_max_run_id",
                table: "series",
                columns: new[] { "name", "ranked_max", "run_id" },
                filter: "ranked_max IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_series_name_ranked_min_run_id",
                table: "series",
                columns: new[] { "name", "ranked_min", "run_id" },
                filter: "ranked_min IS NOT NULL");

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
                name: "IX_runs_pinned",
                table: "runs",
                columns: new[] { "created_at", "id" },
                filter: "pinned");

            migrationBuilder.CreateIndex(
                name: "IX_runs_started_at_id",
                table: "runs",
                columns: new[] { "started_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_unranked",
                table: "runs",
                column: "id",
                filter: "NOT ranked");

            migrationBuilder.CreateIndex(
                name: "IX_run_params_name_number_run_id",
                table: "run_params",
                columns: new[] { "name", "number", "run_id" },
                filter: "number IS NOT NULL");

            // The beginning of a text: Postgres takes 2,704 bytes for a row of an index. EF Core has no indexes on expressions.
            migrationBuilder.Sql("""CREATE INDEX "IX_run_params_name_text" ON run_params (name, substr(text, 1, 200), run_id) WHERE number IS NULL""");
            migrationBuilder.Sql("""CREATE INDEX "IX_run_tags_name_value" ON run_tags (name, substr(value, 1, 200), run_id)""");

            // Until now a deleted run could not come back.
            migrationBuilder.Sql("UPDATE runs SET removing = TRUE WHERE deleted_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""DROP INDEX "IX_run_tags_name_value" """);

            migrationBuilder.DropTable(
                name: "run_params");

            migrationBuilder.DropIndex(
                name: "IX_series_name_ranked_last_run_id",
                table: "series");

            migrationBuilder.DropIndex(
                name: "IX_series_name_ranked_max_run_id",
                table: "series");

            migrationBuilder.DropIndex(
                name: "IX_series_name_ranked_min_run_id",
                table: "series");

            migrationBuilder.DropIndex(
                name: "IX_runs_deleted_at",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_ended_at_id",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_pinned",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_started_at_id",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_unranked",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "ranked_last",
                table: "series");

            migrationBuilder.DropColumn(
                name: "ranked_max",
                table: "series");

            migrationBuilder.DropColumn(
                name: "ranked_min",
                table: "series");

            migrationBuilder.DropColumn(
                name: "locked",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "pinned",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "ranked",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "removing",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                table: "experiments");

            migrationBuilder.DropColumn(
                name: "folder",
                table: "experiments");

            migrationBuilder.DropColumn(
                name: "notes",
                table: "experiments");

            migrationBuilder.DropColumn(
                name: "tags",
                table: "experiments");

            migrationBuilder.CreateIndex(
                name: "IX_run_tags_name_run_id",
                table: "run_tags",
                columns: new[] { "name", "run_id" });
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class RunListIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_series_name_ranked_last_run_id",
                table: "series");

            migrationBuilder.DropIndex(
                name: "IX_runs_experiment_id_created_at",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_status",
                table: "runs");

            migrationBuilder.CreateIndex(
                name: "IX_series_name_ranked_last_run_id",
                table: "series",
                columns: new[] { "name", "ranked_last", "run_id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_experiment_id_created_at_id",
                table: "runs",
                columns: new[] { "experiment_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_status_id",
                table: "runs",
                columns: new[] { "status", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_series_name_ranked_last_run_id",
                table: "series");

            migrationBuilder.DropIndex(
                name: "IX_runs_experiment_id_created_at_id",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_status_id",
                table: "runs");

            migrationBuilder.CreateIndex(
                name: "IX_series_name_ranked_last_run_id",
                table: "series",
                columns: new[] { "name", "ranked_last", "run_id" },
                filter: "ranked_last IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_experiment_id_created_at",
                table: "runs",
                columns: new[] { "experiment_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_status",
                table: "runs",
                column: "status");
        }
    }
}

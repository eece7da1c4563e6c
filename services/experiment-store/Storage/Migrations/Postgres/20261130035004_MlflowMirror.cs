using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class MlflowMirror : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "mlflow_url",
                table: "runs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "artifacts_path",
                table: "imports",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "database",
                table: "imports",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "database_uri",
                table: "imports",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "mirrored_runs",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "text", nullable: false),
                    server = table.Column<string>(type: "text", nullable: false),
                    mark = table.Column<string>(type: "text", nullable: false),
                    remote_id = table.Column<string>(type: "text", nullable: true),
                    artifact_uri = table.Column<string>(type: "text", nullable: true),
                    @params = table.Column<string>(name: "params", type: "text", nullable: false),
                    tags = table.Column<string>(type: "text", nullable: false),
                    files = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: true),
                    failure = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mirrored_runs", x => x.run_id);
                });

            migrationBuilder.CreateTable(
                name: "mirrored_series",
                columns: table => new
                {
                    series_id = table.Column<long>(type: "bigint", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: false),
                    sent = table.Column<long>(type: "bigint", nullable: false),
                    last_step = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mirrored_series", x => x.series_id);
                });

            migrationBuilder.CreateTable(
                name: "mirrors",
                columns: table => new
                {
                    server = table.Column<string>(type: "text", nullable: false),
                    complete_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mirrors", x => x.server);
                });

            migrationBuilder.CreateIndex(
                name: "IX_runs_mlflow_run_id",
                table: "runs",
                column: "mlflow_run_id",
                filter: "mlflow_run_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_spectral_norm_created_at_id",
                table: "runs",
                columns: new[] { "spectral_norm", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_mirrored_series_run_id",
                table: "mirrored_series",
                column: "run_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "mirrored_runs");

            migrationBuilder.DropTable(
                name: "mirrored_series");

            migrationBuilder.DropTable(
                name: "mirrors");

            migrationBuilder.DropIndex(
                name: "IX_runs_mlflow_run_id",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_spectral_norm_created_at_id",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "mlflow_url",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "artifacts_path",
                table: "imports");

            migrationBuilder.DropColumn(
                name: "database",
                table: "imports");

            migrationBuilder.DropColumn(
                name: "database_uri",
                table: "imports");
        }
    }
}

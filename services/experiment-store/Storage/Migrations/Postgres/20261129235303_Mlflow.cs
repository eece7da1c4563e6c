using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Mlflow : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "mlflow_datasets",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    digest = table.Column<string>(type: "text", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    source_type = table.Column<string>(type: "text", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    schema = table.Column<string>(type: "text", nullable: true),
                    profile = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mlflow_datasets", x => new { x.run_id, x.name, x.digest });
                });

            migrationBuilder.CreateTable(
                name: "mlflow_experiments",
                columns: table => new
                {
                    experiment_id = table.Column<string>(type: "text", nullable: false),
                    artifact_location = table.Column<string>(type: "text", nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mlflow_experiments", x => x.experiment_id);
                });

            migrationBuilder.CreateTable(
                name: "mlflow_model_links",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "text", nullable: false),
                    model_id = table.Column<string>(type: "text", nullable: false),
                    is_input = table.Column<bool>(type: "boolean", nullable: false),
                    step = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mlflow_model_links", x => new { x.run_id, x.model_id, x.is_input });
                });

            migrationBuilder.CreateTable(
                name: "mlflow_models",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: false),
                    experiment_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    model_type = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    @params = table.Column<string>(name: "params", type: "text", nullable: false),
                    tags = table.Column<string>(type: "text", nullable: false),
                    metrics = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mlflow_models", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_mlflow_models_experiment_id_created_at",
                table: "mlflow_models",
                columns: new[] { "experiment_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_mlflow_models_run_id",
                table: "mlflow_models",
                column: "run_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "mlflow_datasets");

            migrationBuilder.DropTable(
                name: "mlflow_experiments");

            migrationBuilder.DropTable(
                name: "mlflow_model_links");

            migrationBuilder.DropTable(
                name: "mlflow_models");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Alerts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "alert_firings",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    alert_id = table.Column<string>(type: "text", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    metric = table.Column<string>(type: "text", nullable: true),
                    step = table.Column<long>(type: "bigint", nullable: true),
                    value = table.Column<double>(type: "double precision", nullable: true),
                    message = table.Column<string>(type: "text", nullable: false),
                    fired_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    acknowledged_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alert_firings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "alert_states",
                columns: table => new
                {
                    alert_id = table.Column<string>(type: "text", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    streak = table.Column<int>(type: "integer", nullable: false),
                    best = table.Column<double>(type: "double precision", nullable: true),
                    best_step = table.Column<long>(type: "bigint", nullable: true),
                    fired = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alert_states", x => new { x.run_id, x.alert_id });
                });

            migrationBuilder.CreateTable(
                name: "alerts",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: true),
                    kind = table.Column<string>(type: "text", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: true),
                    experiment_id = table.Column<string>(type: "text", nullable: true),
                    metric = table.Column<string>(type: "text", nullable: true),
                    threshold = table.Column<double>(type: "double precision", nullable: true),
                    points = table.Column<int>(type: "integer", nullable: false),
                    direction = table.Column<string>(type: "text", nullable: true),
                    min_delta = table.Column<double>(type: "double precision", nullable: true),
                    patience_steps = table.Column<long>(type: "bigint", nullable: true),
                    after_seconds = table.Column<double>(type: "double precision", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts", x => x.id);
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
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Webhooks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "webhook_url",
                table: "alerts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "webhook_attempts",
                table: "alert_firings",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "webhook_due_at",
                table: "alert_firings",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "webhook_error",
                table: "alert_firings",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "webhook_taken_at",
                table: "alert_firings",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "webhook_url",
                table: "alert_firings",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_alert_firings_webhook_due_at",
                table: "alert_firings",
                column: "webhook_due_at",
                filter: "webhook_due_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_alert_firings_webhook_due_at",
                table: "alert_firings");

            migrationBuilder.DropColumn(
                name: "webhook_url",
                table: "alerts");

            migrationBuilder.DropColumn(
                name: "webhook_attempts",
                table: "alert_firings");

            migrationBuilder.DropColumn(
                name: "webhook_due_at",
                table: "alert_firings");

            migrationBuilder.DropColumn(
                name: "webhook_error",
                table: "alert_firings");

            migrationBuilder.DropColumn(
                name: "webhook_taken_at",
                table: "alert_firings");

            migrationBuilder.DropColumn(
                name: "webhook_url",
                table: "alert_firings");
        }
    }
}

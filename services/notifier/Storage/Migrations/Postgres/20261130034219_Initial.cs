using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.Notifier.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "notifier");

            migrationBuilder.CreateTable(
                name: "bookmarks",
                schema: "notifier",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bookmarks", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "deliveries",
                schema: "notifier",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    channel = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: true),
                    content = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    sent_version = table.Column<long>(type: "bigint", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    claims = table.Column<long>(type: "bigint", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    held = table.Column<bool>(type: "boolean", nullable: false),
                    message_id = table.Column<string>(type: "text", nullable: true),
                    first_sent_at = table.Column<long>(type: "bigint", nullable: true),
                    sent_at = table.Column<long>(type: "bigint", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true),
                    error_at = table.Column<long>(type: "bigint", nullable: true),
                    given_up = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "runs",
                schema: "notifier",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "text", nullable: false),
                    progress = table.Column<string>(type: "text", nullable: false),
                    watched = table.Column<bool>(type: "boolean", nullable: false),
                    muted = table.Column<bool>(type: "boolean", nullable: false),
                    ended = table.Column<bool>(type: "boolean", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_runs", x => x.run_id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_channel_key",
                schema: "notifier",
                table: "deliveries",
                columns: new[] { "channel", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_created_at",
                schema: "notifier",
                table: "deliveries",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_due_at",
                schema: "notifier",
                table: "deliveries",
                column: "due_at",
                filter: "due_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_run_id",
                schema: "notifier",
                table: "deliveries",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_runs_updated_at",
                schema: "notifier",
                table: "runs",
                column: "updated_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "bookmarks",
                schema: "notifier");

            migrationBuilder.DropTable(
                name: "deliveries",
                schema: "notifier");

            migrationBuilder.DropTable(
                name: "runs",
                schema: "notifier");
        }
    }
}

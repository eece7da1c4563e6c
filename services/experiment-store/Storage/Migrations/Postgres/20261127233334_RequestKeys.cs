using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class RequestKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The table clients stays: stores of the version before write to it while they are replaced.
            migrationBuilder.AddColumn<long>(
                name: "body_hash",
                table: "remembered_keys",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "run_id",
                table: "remembered_keys",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "sequence_pages",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    run_id = table.Column<string>(type: "text", nullable: false),
                    body_hashes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sequence_pages", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "IX_remembered_keys_run_id",
                table: "remembered_keys",
                column: "run_id",
                filter: "run_id <> ''");

            migrationBuilder.CreateIndex(
                name: "IX_sequence_pages_run_id",
                table: "sequence_pages",
                column: "run_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "sequence_pages");

            migrationBuilder.DropIndex(
                name: "IX_remembered_keys_run_id",
                table: "remembered_keys");

            migrationBuilder.DropColumn(
                name: "body_hash",
                table: "remembered_keys");

            migrationBuilder.DropColumn(
                name: "run_id",
                table: "remembered_keys");
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Retention : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "merged",
                table: "series",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "oldest_minute",
                table: "series",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "oldest_raw",
                table: "series",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "archives",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    series_id = table.Column<long>(type: "bigint", nullable: false),
                    first_step = table.Column<long>(type: "bigint", nullable: false),
                    last_step = table.Column<long>(type: "bigint", nullable: false),
                    minutes = table.Column<int>(type: "integer", nullable: false),
                    data = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_archives", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "minutes",
                columns: table => new
                {
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    series_id = table.Column<long>(type: "bigint", nullable: false),
                    minute = table.Column<long>(type: "bigint", nullable: false),
                    replaced = table.Column<bool>(type: "boolean", nullable: false),
                    first_step = table.Column<long>(type: "bigint", nullable: false),
                    last_step = table.Column<long>(type: "bigint", nullable: false),
                    last_seq = table.Column<long>(type: "bigint", nullable: false),
                    last_time = table.Column<long>(type: "bigint", nullable: false),
                    last_value = table.Column<double>(type: "double precision", nullable: true),
                    count = table.Column<long>(type: "bigint", nullable: false),
                    nan_count = table.Column<long>(type: "bigint", nullable: false),
                    infinite_count = table.Column<long>(type: "bigint", nullable: false),
                    min = table.Column<double>(type: "double precision", nullable: true),
                    min_step = table.Column<long>(type: "bigint", nullable: true),
                    max = table.Column<double>(type: "double precision", nullable: true),
                    max_step = table.Column<long>(type: "bigint", nullable: true),
                    total = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_minutes", x => new { x.series_id, x.minute, x.attempt, x.replaced });
                });

            migrationBuilder.CreateIndex(
                name: "IX_series_oldest_minute",
                table: "series",
                column: "oldest_minute");

            // Nobody has looked at what is there.
            migrationBuilder.Sql("UPDATE series SET oldest_raw = 0 WHERE points_stored > 0");

            migrationBuilder.CreateIndex(
                name: "IX_series_oldest_raw",
                table: "series",
                column: "oldest_raw");

            migrationBuilder.CreateIndex(
                name: "IX_archives_series_id_last_step",
                table: "archives",
                columns: new[] { "series_id", "last_step" });

            migrationBuilder.CreateIndex(
                name: "IX_minutes_series_id_last_step",
                table: "minutes",
                columns: new[] { "series_id", "last_step" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "archives");

            migrationBuilder.DropTable(
                name: "minutes");

            migrationBuilder.DropIndex(
                name: "IX_series_oldest_minute",
                table: "series");

            migrationBuilder.DropIndex(
                name: "IX_series_oldest_raw",
                table: "series");

            migrationBuilder.DropColumn(
                name: "merged",
                table: "series");

            migrationBuilder.DropColumn(
                name: "oldest_minute",
                table: "series");

            migrationBuilder.DropColumn(
                name: "oldest_raw",
                table: "series");
        }
    }
}

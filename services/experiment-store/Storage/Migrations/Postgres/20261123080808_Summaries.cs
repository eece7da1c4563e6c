using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Summaries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "open",
                table: "series",
                type: "bytea",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "summaries",
                columns: table => new
                {
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    series_id = table.Column<long>(type: "bigint", nullable: false),
                    level = table.Column<int>(type: "integer", nullable: false),
                    bucket = table.Column<long>(type: "bigint", nullable: false),
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
                    table.PrimaryKey("PK_summaries", x => new { x.series_id, x.level, x.bucket, x.attempt });
                });

            // Every commit updates its series' rows: room for the next version on the same page spares the indexes.
            migrationBuilder.Sql("ALTER TABLE series SET (fillfactor = 60)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "summaries");

            migrationBuilder.DropColumn(
                name: "open",
                table: "series");
        }
    }
}

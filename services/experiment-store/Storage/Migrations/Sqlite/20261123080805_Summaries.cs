using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Sqlite
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
                type: "BLOB",
                nullable: true);

            // Clustered by its key. EF Core can't say so.
            migrationBuilder.Sql("""
                CREATE TABLE summaries (
                    series_id INTEGER NOT NULL,
                    level INTEGER NOT NULL,
                    bucket INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    first_step INTEGER NOT NULL,
                    last_step INTEGER NOT NULL,
                    last_seq INTEGER NOT NULL,
                    last_time INTEGER NOT NULL,
                    last_value REAL NULL,
                    count INTEGER NOT NULL,
                    nan_count INTEGER NOT NULL,
                    infinite_count INTEGER NOT NULL,
                    min REAL NULL,
                    min_step INTEGER NULL,
                    max REAL NULL,
                    max_step INTEGER NULL,
                    total REAL NOT NULL,
                    PRIMARY KEY (series_id, level, bucket, attempt)) WITHOUT ROWID
                """);
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

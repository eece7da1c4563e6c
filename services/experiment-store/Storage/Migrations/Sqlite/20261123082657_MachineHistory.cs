using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class MachineHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // By hand: EF Core can't say WITHOUT ROWID, without which every row is stored twice, in the table and in its key.
            migrationBuilder.Sql("""
                CREATE TABLE machine_samples (
                    instance_id TEXT NOT NULL,
                    width INTEGER NOT NULL,
                    time INTEGER NOT NULL,
                    "values" BLOB NOT NULL,
                    PRIMARY KEY (instance_id, width, time)) WITHOUT ROWID
                """);

            migrationBuilder.CreateTable(
                name: "machines",
                columns: table => new
                {
                    instance_id = table.Column<string>(type: "TEXT", nullable: false),
                    host = table.Column<string>(type: "TEXT", nullable: false),
                    keys = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_machines", x => x.instance_id);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "machine_samples");

            migrationBuilder.DropTable(
                name: "machines");
        }
    }
}

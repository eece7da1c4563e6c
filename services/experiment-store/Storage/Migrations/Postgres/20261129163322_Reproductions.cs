using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Reproductions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "reproduces_run_id",
                table: "runs",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "reproduces_run_id",
                table: "runs");
        }
    }
}

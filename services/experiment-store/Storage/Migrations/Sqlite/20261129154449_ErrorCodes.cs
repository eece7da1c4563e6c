using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ErrorCodes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "error_code",
                table: "runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "error_code",
                table: "evaluations",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "error_code",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "error_code",
                table: "evaluations");
        }
    }
}

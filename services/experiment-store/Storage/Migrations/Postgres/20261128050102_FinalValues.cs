using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class FinalValues : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "final_metrics",
                table: "runs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "metadata",
                table: "checkpoints",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "runs_deleted_at",
                table: "experiments",
                type: "timestamp with time zone",
                nullable: true);

            // What is deleted now stays restorable.
            migrationBuilder.Sql("UPDATE experiments SET runs_deleted_at = deleted_at WHERE deleted_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "final_metrics",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "metadata",
                table: "checkpoints");

            migrationBuilder.DropColumn(
                name: "runs_deleted_at",
                table: "experiments");
        }
    }
}

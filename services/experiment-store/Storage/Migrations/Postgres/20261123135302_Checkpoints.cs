using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Checkpoints : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "checked_at",
                table: "checkpoints",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "format",
                table: "checkpoints",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "parameters",
                table: "checkpoints",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "problems",
                table: "checkpoints",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "sha256",
                table: "checkpoints",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "tensors",
                table: "checkpoints",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "validation",
                table: "checkpoints",
                type: "text",
                nullable: false,
                defaultValue: "unchecked");

            migrationBuilder.CreateIndex(
                name: "IX_checkpoints_unchecked",
                table: "checkpoints",
                column: "saved_at",
                filter: "validation = 'unchecked'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_checkpoints_unchecked",
                table: "checkpoints");

            migrationBuilder.DropColumn(
                name: "checked_at",
                table: "checkpoints");

            migrationBuilder.DropColumn(
                name: "format",
                table: "checkpoints");

            migrationBuilder.DropColumn(
                name: "parameters",
                table: "checkpoints");

            migrationBuilder.DropColumn(
                name: "problems",
                table: "checkpoints");

            migrationBuilder.DropColumn(
                name: "sha256",
                table: "checkpoints");

            migrationBuilder.DropColumn(
                name: "tensors",
                table: "checkpoints");

            migrationBuilder.DropColumn(
                name: "validation",
                table: "checkpoints");
        }
    }
}

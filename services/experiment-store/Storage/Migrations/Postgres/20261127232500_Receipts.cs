using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Trainyard.ExperimentStore.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Receipts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "receipts",
                table: "series",
                type: "bytea",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "receipts",
                table: "series");
        }
    }
}

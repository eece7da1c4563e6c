using System.Text.Json;

namespace Trainyard.MediaFiles.Values;

/// <summary>Checks tables: <c>columns</c>, a list of names, and <c>rows</c>, a list of lists of cells.</summary>
public static class Table
{
    /// <summary>The largest number of columns.</summary>
    public const int MaxColumns = 100;

    /// <summary>The largest number of rows.</summary>
    public const int MaxRows = 10_000;

    /// <summary>The longest name of a column, in characters.</summary>
    public const int MaxNameLength = 250;

    /// <summary>Checks a table. A cell is text, a number, true, false or null.</summary>
    /// <exception cref="InvalidMediaException">It breaks a rule.</exception>
    public static void Check(JsonElement content)
    {
        var members = new ContentMembers(content, "a table of columns and rows", "columns", "rows");
        var (columns, rows) = (members.Require("columns"), members.Require("rows"));
        if (columns.ValueKind is not JsonValueKind.Array || columns.GetArrayLength() is 0 or > MaxColumns)
        {
            throw new InvalidMediaException($"must have a list of 1 to {MaxColumns} names as 'columns'");
        }
        if (columns.EnumerateArray().Any(name => name.ValueKind is not JsonValueKind.String || name.GetString()?.Length > MaxNameLength))
        {
            throw new InvalidMediaException($"must have columns with names of at most {MaxNameLength} characters");
        }
        if (rows.ValueKind is not JsonValueKind.Array || rows.GetArrayLength() > MaxRows)
        {
            throw new InvalidMediaException($"must have a list of at most {MaxRows} lists as 'rows'");
        }
        var number = 0;
        foreach (var row in rows.EnumerateArray())
        {
            if (row.ValueKind is not JsonValueKind.Array || row.GetArrayLength() != columns.GetArrayLength())
            {
                throw new InvalidMediaException(
                    $"must have rows of {columns.GetArrayLength()} cells, as many as columns; row {number} has not");
            }
            if (row.EnumerateArray().Any(cell => cell.ValueKind is JsonValueKind.Object or JsonValueKind.Array))
            {
                throw new InvalidMediaException($"must have cells that are text, numbers, true, false or null; row {number} has others");
            }
            number++;
        }
    }
}

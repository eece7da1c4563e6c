using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// A piece of SQL and its values. Interpolated values become parameters, unless they are <see cref="Sql"/> themselves, so a caller's
/// text can't be injected.
/// </summary>
internal sealed class Sql
{
    /// <summary>Literal text, or a boxed value.</summary>
    private readonly List<(string? Text, object? Value)> pieces = [];

    private Sql()
    {
    }

    public static Sql Empty { get; } = new();

    public static Sql Of([InterpolatedStringHandlerArgument] Handler text) => text.Built;

    /// <summary>A constant of this program, such as a column name. Never pass text of a caller.</summary>
    public static Sql Constant(string text)
    {
        var sql = new Sql();
        sql.pieces.Add((text, null));
        return sql;
    }

    public static Sql Join(string between, IEnumerable<Sql> parts)
    {
        var joined = new Sql();
        foreach (var part in parts)
        {
            if (joined.pieces.Count > 0)
            {
                joined.pieces.Add((between, null));
            }
            joined.pieces.AddRange(part.pieces);
        }
        return joined;
    }

    public static Sql All(IEnumerable<Sql> conditions) => Join(" AND ", conditions);

    /// <summary>Runs the statement. <paramref name="off"/> names Postgres settings to switch off for it, such as planner methods.</summary>
    public async Task<List<T>> ReadAsync<T>(
        StoreContext db, Func<DbDataReader, T> row, CancellationToken cancellationToken, params string[] off)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        var settings = off.Length > 0 && db.Database.IsNpgsql() && command.Transaction is null;
        // Both statements run as one transaction, which also ends the settings.
        command.CommandText = settings
            ? $"SELECT {string.Join(", ", off.Select(name => $"set_config('{name}', 'off', true)"))};{this}"
            : ToString();
        foreach (var (_, value) in pieces.Where(piece => piece.Text is null))
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@p{command.Parameters.Count}", value);
            command.Parameters.Add(parameter);
        }
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (settings)
        {
            await reader.NextResultAsync(cancellationToken);
        }
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }
        return rows;
    }

    /// <summary>The text, with <c>@p0</c>, <c>@p1</c>… in place of values.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var values = 0;
        foreach (var piece in pieces)
        {
            _ = piece.Text is { } constant ? text.Append(constant) : text.Append(CultureInfo.InvariantCulture, $"@p{values++}");
        }
        return text.ToString();
    }

    [InterpolatedStringHandler]
    internal readonly struct Handler(int literalLength, int formattedCount)
    {
        public Sql Built { get; } = new() { pieces = { Capacity = literalLength == 0 ? formattedCount : 2 * formattedCount + 1 } };

        public void AppendLiteral(string text) => Built.pieces.Add((text, null));

        public void AppendFormatted(Sql sql) => Built.pieces.AddRange(sql.pieces);

        public void AppendFormatted(string value) => Built.pieces.Add((null, value));

        public void AppendFormatted(object value) => Built.pieces.Add((null, value));

        public void AppendFormatted(double value) => Built.pieces.Add((null, value));

        public void AppendFormatted(int value) => Built.pieces.Add((null, value));
    }
}

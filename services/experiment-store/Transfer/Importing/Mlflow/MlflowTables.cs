using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Trainyard.Contracts.Errors;
using Trainyard.RunFormats.Mlflow;

namespace Trainyard.ExperimentStore.Transfer.Importing.Mlflow;

internal sealed record ExperimentRow(string Id, string Name, string? Stage, long? Created);

internal sealed record RunRow(
    string Id, string ExperimentId, string? Name, string? User, string? Status, string? Stage, long? Start, long? End);

/// <summary>The tables of an MLflow database. The same SQL reads both kinds; only the order of values differs.</summary>
internal abstract class MlflowTables(DbConnection connection) : IAsyncDisposable
{
    private const int MaxTextCharacters = 65_536;

    // How an infinite value is stored.
    private const double Infinite = double.MaxValue;

    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["experiments"] = ["experiment_id", "name", "lifecycle_stage"],
        ["runs"] = ["run_uuid", "name", "user_id", "status", "start_time", "end_time", "lifecycle_stage", "experiment_id"],
        ["metrics"] = ["key", "value", "timestamp", "run_uuid", "step", "is_nan"],
        ["params"] = ["key", "value", "run_uuid"],
        ["tags"] = ["key", "value", "run_uuid"],
    };

    private HashSet<(string Table, string Column)> columns = [];

    protected DbConnection Connection => connection;

    /// <summary>The columns of its tables; views, which may compute anything, are no tables.</summary>
    protected abstract string ColumnsSql { get; }

    /// <summary>The database's size in bytes.</summary>
    public abstract Task<long> BytesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The values of a run. Those of one metric come in the order in which they were stored, or in one that new values rarely disturb.
    /// </summary>
    public abstract IAsyncEnumerable<MlflowPoint> PointsAsync(RunRow run, CancellationToken cancellationToken);

    public async Task RequireTablesAsync(CancellationToken cancellationToken)
    {
        columns = (await ListAsync(ColumnsSql, row => (row.GetString(0), row.GetString(1)), cancellationToken)).ToHashSet();
        var missing = Required.SelectMany(table => table.Value.Select(column => (table.Key, column)))
            .FirstOrDefault(wanted => !columns.Contains(wanted));
        if (missing.Key is not null)
        {
            throw new TrainyardException(ErrorCode.EventInvalid,
                $"The database has no column {missing.Key}.{missing.column}: it is not MLflow's, or one of an old version, which "
                + "'mlflow db upgrade' brings up to date.");
        }
    }

    public async Task<List<ExperimentRow>> ExperimentsAsync(CancellationToken cancellationToken) => await ListAsync(
        $"SELECT experiment_id, name, lifecycle_stage, {(columns.Contains(("experiments", "creation_time")) ? "creation_time" : "NULL")} "
        + "FROM experiments ORDER BY experiment_id",
        row => new ExperimentRow(Text(row, 0) ?? "", Text(row, 1) ?? "", Text(row, 2), Number(row, 3)), cancellationToken);

    public Task<List<RunRow>> RunsAsync(string after, int count, CancellationToken cancellationToken) => ListAsync(
        "SELECT run_uuid, experiment_id, name, user_id, status, lifecycle_stage, start_time, end_time FROM runs "
        + $"WHERE run_uuid > @after ORDER BY run_uuid LIMIT {count}",
        row => new RunRow(
            Text(row, 0) ?? "", Text(row, 1) ?? "", Text(row, 2), Text(row, 3), Text(row, 4), Text(row, 5), Number(row, 6), Number(row, 7)),
        cancellationToken, ("after", after));

    public async Task<long> RunCountAsync(CancellationToken cancellationToken) =>
        (await ListAsync("SELECT COUNT(*) FROM runs", row => Number(row, 0) ?? 0, cancellationToken))[0];

    /// <summary>The params or tags of a run.</summary>
    public Task<Dictionary<string, string>> PairsAsync(string table, string runId, CancellationToken cancellationToken) =>
        PairsAsync(table, "run_uuid", runId, cancellationToken);

    public Task<Dictionary<string, string>> TagsOfExperimentAsync(string id, CancellationToken cancellationToken) =>
        columns.Contains(("experiment_tags", "experiment_id"))
            ? PairsAsync(
                "experiment_tags", "experiment_id", long.TryParse(id, CultureInfo.InvariantCulture, out var number) ? number : id,
                cancellationToken)
            : Task.FromResult(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The number of rows of a table that is not imported; 0 if there is no such table.</summary>
    public async Task<long> CountAsync(string table, string column, CancellationToken cancellationToken) =>
        columns.Contains((table, column))
            ? (await ListAsync($"SELECT COUNT(*) FROM {table}", row => Number(row, 0) ?? 0, cancellationToken))[0]
            : 0;

    public async ValueTask DisposeAsync()
    {
        await DisposeMoreAsync();
        await connection.DisposeAsync();
    }

    protected virtual ValueTask DisposeMoreAsync() => ValueTask.CompletedTask;

    protected async Task<List<T>> ListAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        var found = new List<T>();
        await foreach (var row in RowsAsync(sql, read, cancellationToken, parameters))
        {
            found.Add(row);
        }
        return found;
    }

    protected async IAsyncEnumerable<T> RowsAsync<T>(
        string sql, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken,
        params (string Name, object Value)[] parameters)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return read(reader);
        }
    }

    /// <summary>Reads <c>key, value, timestamp, step, is_nan</c>.</summary>
    protected static MlflowPoint Point(DbDataReader row)
    {
        var value = Convert.ToDouble(row.GetValue(1), CultureInfo.InvariantCulture);
        return new(
            Text(row, 0) ?? "",
            Convert.ToBoolean(row.GetValue(4), CultureInfo.InvariantCulture) ? double.NaN
                : Math.Abs(value) >= Infinite ? double.CopySign(double.PositiveInfinity, value)
                : value,
            Number(row, 2) ?? 0, Number(row, 3) ?? 0);
    }

    protected static long? Number(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);

    private static string? Text(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture);

    private async Task<Dictionary<string, string>> PairsAsync(
        string table, string owner, object id, CancellationToken cancellationToken)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var (key, value) in RowsAsync(
            $"SELECT key, SUBSTR(value, 1, {MaxTextCharacters}) FROM {table} WHERE {owner} = @id ORDER BY key",
            row => (Text(row, 0) ?? "", Text(row, 1) ?? ""), cancellationToken, ("id", id)))
        {
            pairs[key] = value;
        }
        return pairs;
    }
}

using System.Data;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.RunFormats.Mlflow;
using Trainyard.Webhooks;

namespace Trainyard.ExperimentStore.Transfer.Importing.Mlflow;

/// <summary>Opens MLflow databases in Postgres, at addresses that webhooks could reach too.</summary>
internal sealed class MlflowPostgres(SealedSecrets secrets, IOptions<OutboundOptions> options)
{
    private const int ConnectSeconds = 15;
    private const int CommandSeconds = 600;

    private readonly OutboundNetworks networks = new(options.Value.Networks);

    /// <exception cref="TrainyardException">It can't be reached, or refuses.</exception>
    public async Task<MlflowTables> OpenAsync(Import import, CancellationToken cancellationToken)
    {
        if (import.DatabaseUri is null || secrets.Open(import.DatabaseUri) is not { } uri || MlflowAddress.Parse(uri) is not { } address)
        {
            throw new TrainyardException(ErrorCode.DataNotFound, "The database's address can't be decrypted. Start a new import.");
        }
        var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder
        {
            // The address that was checked, not the name, which could lead elsewhere a moment later.
            Host = (await ReachableAsync(address, cancellationToken)).ToString(),
            Port = address.Port,
            Database = address.Name,
            Username = address.User,
            Password = address.Password,
            SslMode = address.Tls,
            Pooling = false,
            Timeout = ConnectSeconds,
            CommandTimeout = CommandSeconds,
            Options = "-c default_transaction_read_only=on",
            ApplicationName = "trainyard-import",
        }.ConnectionString);
        builder.UseSslClientAuthenticationOptionsCallback(tls => tls.TargetHost = address.Host);
        var source = builder.Build();
        try
        {
            var connection = await source.OpenConnectionAsync(cancellationToken);
            var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            return new Tables(source, connection, snapshot);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            await source.DisposeAsync();
            throw MlflowFaults.Of(exception);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    private async Task<IPAddress> ReachableAsync(MlflowAddress address, CancellationToken cancellationToken)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(address.Host, cancellationToken);
            return found.Where(networks.Allow).OrderBy(one => one.AddressFamily is not AddressFamily.InterNetwork).FirstOrDefault()
                ?? throw new TrainyardException(
                    ErrorCode.PathForbidden, $"{address.Shown} can't be read: {ForbiddenAddressException.Reason}.");
        }
        catch (SocketException exception)
        {
            throw MlflowFaults.Of(exception);
        }
    }

    private sealed class Tables(NpgsqlDataSource source, NpgsqlConnection connection, NpgsqlTransaction snapshot) : MlflowTables(connection)
    {
        // Values of a run that is still running may arrive out of the order of their times, by this much at most.
        private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

        protected override string ColumnsSql => """
            SELECT c.table_name::text, c.column_name::text
            FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema, table_name)
            WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
            """;

        public override async Task<long> BytesAsync(CancellationToken cancellationToken) =>
            (await ListAsync("SELECT pg_database_size(current_database())", row => Number(row, 0) ?? 0, cancellationToken))[0];

        /// <remarks>
        /// Postgres has no order of arrival. By time, new values of a running run come last; so that none is counted twice, the last two
        /// minutes of it are left for the next import.
        /// </remarks>
        public override IAsyncEnumerable<MlflowPoint> PointsAsync(RunRow run, CancellationToken cancellationToken) => RowsAsync(
            "SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = @run "
            + (run.Status is "RUNNING" or "SCHEDULED"
                ? $"AND timestamp < EXTRACT(EPOCH FROM now())::bigint * 1000 - {(long)Settled.TotalMilliseconds} " : "")
            + """ORDER BY key COLLATE "C", timestamp, step, is_nan, value""",
            Point, cancellationToken, ("run", run.Id));

        protected override async ValueTask DisposeMoreAsync()
        {
            await snapshot.DisposeAsync();
            await Connection.DisposeAsync();
            await source.DisposeAsync();
        }
    }
}

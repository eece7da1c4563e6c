using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>Contexts of whichever database is configured.</summary>
internal sealed class StoreContexts : IAsyncDisposable
{
    private const int KeepAliveSeconds = 15;
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(15);

    private readonly NpgsqlDataSource? postgres;
    private readonly Func<StoreContext> open;

    public StoreContexts(IOptions<DatabaseOptions> options, AppPaths paths, IConfiguration configuration, ILoggerFactory logging)
    {
        if (options.Value.Provider is DatabaseProvider.Sqlite)
        {
            var sqlite = new DbContextOptionsBuilder<SqliteContext>()
                .UseSqlite($"Data Source={SqliteFile(options.Value, paths)}")
                .AddInterceptors(new SqlitePragmas())
                .UseLoggerFactory(logging)
                .Options;
            open = () => new SqliteContext(sqlite);
            return;
        }
        var source = new NpgsqlDataSourceBuilder(configuration.RequireConnectionString(ResourceNames.Trials));
        // A replica that stops in mid-transaction must not keep its rows from the others.
        source.ConnectionStringBuilder.Options ??= $"-c idle_in_transaction_session_timeout={LongestIdle.TotalMilliseconds}";
        source.ConnectionStringBuilder.KeepAlive = source.ConnectionStringBuilder.KeepAlive is 0 ? KeepAliveSeconds : source.ConnectionStringBuilder.KeepAlive;
        source.UseLoggerFactory(logging);
        // What the store does by itself every few seconds would fill the traces with single statements.
        source.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null)
            .ConfigureCopyOperationFilter(_ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(false));
        postgres = source.Build();
        var npgsql = new DbContextOptionsBuilder<PostgresContext>().UseNpgsql(postgres).UseLoggerFactory(logging).Options;
        open = () => new PostgresContext(npgsql);
    }

    public StoreContext Open() => open();

    public static string SqliteFile(DatabaseOptions options, AppPaths paths) => Path.GetFullPath(options.Path ?? Path.Combine(paths.DataRoot, "trainyard.db"));

    public ValueTask DisposeAsync() => postgres?.DisposeAsync() ?? ValueTask.CompletedTask;
}

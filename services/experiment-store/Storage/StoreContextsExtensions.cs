using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.ExperimentStore.Storage;

internal static class StoreContextsExtensions
{
    private const int KeepAliveSeconds = 15;
    private static readonly TimeSpan IdleInTransactionLimit = TimeSpan.FromSeconds(15);

    /// <summary>Registers the context of the database that <c>DATABASE:PROVIDER</c> chooses.</summary>
    public static void AddStoreContexts(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>();
        var provider = settings?.Provider ?? DatabaseProvider.Postgres;
        if (provider is DatabaseProvider.Sqlite)
        {
            builder.AddSqliteContexts();
        }
        else
        {
            builder.AddPostgresContexts();
        }
    }

    private static void AddSqliteContexts(this IHostApplicationBuilder builder)
    {
        builder.Services.AddDbContextFactory<SqliteContext>((services, options) =>
        {
            var file = services.GetRequiredService<IOptions<DatabaseOptions>>().Value.File(services.GetRequiredService<AppPaths>());
            options.UseSqlite($"Data Source={file}")
                .AddInterceptors([new SqlitePragmas(), .. services.GetServices<IInterceptor>()]);
        });
        builder.Services.AddContexts<SqliteContext>();
    }

    private static void AddPostgresContexts(this IHostApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.RequireConnectionString(ResourceNames.Trials);
        builder.Services.AddSingleton(services => DataSource(connectionString, services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddDbContextFactory<PostgresContext>((services, options) =>
            options.UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()).AddInterceptors(services.GetServices<IInterceptor>()));
        builder.EnrichNpgsqlDbContext<PostgresContext>(settings =>
        {
            // Database retries whole transactions, and the health check 'database' also covers the schema.
            settings.DisableRetry = true;
            settings.DisableHealthChecks = true;
            settings.DisableTracing = settings.DisableMetrics = !builder.ExportsTelemetry();
        });
        builder.Services.AddContexts<PostgresContext>();
    }

    private static void AddContexts<TContext>(this IServiceCollection services) where TContext : StoreContext =>
        services.AddSingleton(provider => new StoreContexts(provider.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext));

    private static NpgsqlDataSource DataSource(string connectionString, ILoggerFactory logging)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString);
        // A replica that stalls in mid-transaction must not keep its row locks.
        source.ConnectionStringBuilder.Options ??= $"-c idle_in_transaction_session_timeout={IdleInTransactionLimit.TotalMilliseconds}";
        if (source.ConnectionStringBuilder.KeepAlive is 0)
        {
            source.ConnectionStringBuilder.KeepAlive = KeepAliveSeconds;
        }
        source.UseLoggerFactory(logging);
        // Trace only statements of recorded requests: background jobs and health checks would flood the traces.
        source.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => IsTraced())
            .ConfigureBatchFilter(_ => IsTraced())
            .ConfigureCopyOperationFilter(_ => IsTraced())
            .EnablePhysicalOpenTracing(false));
        return source.Build();
    }

    private static bool IsTraced() => Activity.Current is { Recorded: true };
}

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
        var provider = builder.Configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>()?.Provider ?? DatabaseProvider.Postgres;
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
            // A transaction is repeated as a whole, by Database; the check 'database' also asks for the schema.
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
        // A replica that stalls in the middle of a transaction must not keep its rows from the others.
        source.ConnectionStringBuilder.Options ??= $"-c idle_in_transaction_session_timeout={IdleInTransactionLimit.TotalMilliseconds}";
        source.ConnectionStringBuilder.KeepAlive = source.ConnectionStringBuilder.KeepAlive is 0 ? KeepAliveSeconds : source.ConnectionStringBuilder.KeepAlive;
        source.UseLoggerFactory(logging);
        // Statements of background jobs and of health checks would fill the traces.
        source.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => IsTraced())
            .ConfigureBatchFilter(_ => IsTraced())
            .ConfigureCopyOperationFilter(_ => IsTraced())
            .EnablePhysicalOpenTracing(false));
        return source.Build();
    }

    private static bool IsTraced() => Activity.Current is { Recorded: true };
}

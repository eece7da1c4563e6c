using Microsoft.EntityFrameworkCore;
using Npgsql;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.Notifier.Storage;

internal enum DatabaseProvider
{
    Postgres,
    Sqlite,
}

internal static class StorageExtensions
{
    private const string File = "notifier.db";

    /// <summary>Registers the context of the database that <c>DATABASE__PROVIDER</c> chooses, as for the store.</summary>
    public static void AddNotifierContexts(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration.GetWord("DATABASE", "PROVIDER", DatabaseProvider.Postgres) is DatabaseProvider.Sqlite)
        {
            builder.Services.AddSingleton<SqliteContext.Pragmas>();
            builder.Services.AddDbContextFactory<SqliteContext>((services, options) => options
                .UseSqlite($"Data Source={Path.Combine(services.GetRequiredService<AppPaths>().DataRoot, File)}")
                .AddInterceptors(services.GetRequiredService<SqliteContext.Pragmas>()));
            builder.Services.AddContexts<SqliteContext>();
            return;
        }
        var connectionString = new NpgsqlConnectionStringBuilder(builder.Configuration.RequireConnectionString(ResourceNames.Trials))
        {
            SearchPath = PostgresContext.Schema,
            MaxPoolSize = 10,
        }.ConnectionString;
        builder.Services.AddDbContextFactory<PostgresContext>(options => options.UseNpgsql(
            connectionString, postgres => postgres.MigrationsHistoryTable(PostgresContext.MigrationsTable, PostgresContext.Schema)));
        builder.Services.AddContexts<PostgresContext>();
    }

    private static void AddContexts<TContext>(this IServiceCollection services) where TContext : NotifierContext =>
        services.AddSingleton(provider =>
            new NotifierContexts(provider.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext));
}

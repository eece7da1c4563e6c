using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// The database server's clock. Replicas compare times that others wrote, such as a run's last heartbeat, so all must use one clock.
/// Between two readings the monotonic clock continues it, so setting this machine's clock changes nothing.
/// </summary>
internal sealed class DatabaseClock(TimeProvider local) : TimeProvider
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private volatile Reading? latest;

    public override long TimestampFrequency => local.TimestampFrequency;

    public override long GetTimestamp() => local.GetTimestamp();

    public override DateTimeOffset GetUtcNow() =>
        latest is { } reading ? reading.Time + local.GetElapsedTime(reading.At) : local.GetUtcNow();

    /// <summary>Reads the server's clock now and every minute.</summary>
    public async Task FollowAsync(StoreContexts contexts, Action known, ILogger logger, CancellationToken cancellationToken)
    {
        for (var first = true; ; first = false)
        {
            try
            {
                await ReadAsync(contexts, cancellationToken);
            }
            catch (Exception exception) when (!first && DatabaseFaults.IsOfTheServer(exception))
            {
                logger.LogWarning(
                    "Can't read the database's clock; it continues from the last reading: {Fault}", exception.GetBaseException().Message);
            }
            known();
            await Task.Delay(Interval, cancellationToken);
        }
    }

    private async Task ReadAsync(StoreContexts contexts, CancellationToken cancellationToken)
    {
        await using var db = contexts.Open();
        await db.Database.OpenConnectionAsync(cancellationToken);
        var requested = local.GetTimestamp();
        var server = await db.Database.SqlQuery<DateTimeOffset>($"""SELECT clock_timestamp() AS "Value" """).SingleAsync(cancellationToken);
        var answered = local.GetTimestamp();
        latest = new(server + (local.GetElapsedTime(requested, answered) / 2), answered);
    }

    /// <param name="Time">The server's time.</param>
    /// <param name="At">The monotonic timestamp at that time.</param>
    private sealed record Reading(DateTimeOffset Time, long At);
}

internal static class DatabaseClockExtensions
{
    /// <summary>Uses the database's clock with Postgres, unless another clock is registered, and settles it.</summary>
    public static void AddDatabaseClock(this IServiceCollection services, DatabaseProvider provider)
    {
        var replaceable = services.All(service =>
            service.ServiceType != typeof(TimeProvider) || service.ImplementationInstance == TimeProvider.System);
        if (provider is DatabaseProvider.Postgres && replaceable)
        {
            services.RemoveAll<TimeProvider>();
            services.AddSingleton<TimeProvider>(new DatabaseClock(TimeProvider.System));
        }
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SettledClock>();
    }
}

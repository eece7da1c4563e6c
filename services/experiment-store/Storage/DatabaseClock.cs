using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// The database server's clock. Replicas compare times that others wrote, such as a run's last heartbeat, so all must use one clock.
/// </summary>
internal sealed class DatabaseClock(TimeProvider local) : TimeProvider
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long ticksAhead;

    public override DateTimeOffset GetUtcNow() => local.GetUtcNow().AddTicks(Interlocked.Read(ref ticksAhead));

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
                    "Can't read the database's clock; the last known offset stays in use: {Fault}", exception.GetBaseException().Message);
            }
            known();
            await Task.Delay(Interval, cancellationToken);
        }
    }

    private async Task ReadAsync(StoreContexts contexts, CancellationToken cancellationToken)
    {
        await using var db = contexts.Open();
        await db.Database.OpenConnectionAsync(cancellationToken);
        var requested = local.GetUtcNow();
        var server = await db.Database.SqlQuery<DateTimeOffset>($"""SELECT clock_timestamp() AS "Value" """).SingleAsync(cancellationToken);
        var answered = local.GetUtcNow();
        Interlocked.Exchange(ref ticksAhead, (server - requested - ((answered - requested) / 2)).Ticks);
    }
}

internal static class DatabaseClockExtensions
{
    /// <summary>Uses the database's clock with Postgres, unless another clock is registered.</summary>
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
    }
}

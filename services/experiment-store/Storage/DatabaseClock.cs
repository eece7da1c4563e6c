using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// The time by the database server's clock. What one replica writes down, such as when something was last heard of a run, another compares with
/// its own time: where replicas' clocks differ, they still agree by this one.
/// </summary>
internal sealed class DatabaseClock(TimeProvider local) : TimeProvider
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private long ticksAhead;

    public override DateTimeOffset GetUtcNow() => local.GetUtcNow().AddTicks(Interlocked.Read(ref ticksAhead));

    /// <summary>Looks at the server's clock now, and from then on every minute.</summary>
    public async Task FollowAsync(StoreContexts contexts, Action known, ILogger logger, CancellationToken cancellationToken)
    {
        for (var first = true; ; first = false)
        {
            try
            {
                await LookAsync(contexts, cancellationToken);
            }
            catch (Exception exception) when (!first && DatabaseFaults.IsOfTheServer(exception))
            {
                logger.LogWarning("Can't read the database's clock now: {Fault}", exception.GetBaseException().Message);
            }
            known();
            await Task.Delay(BetweenLooks, cancellationToken);
        }
    }

    private async Task LookAsync(StoreContexts contexts, CancellationToken cancellationToken)
    {
        await using var db = contexts.Open();
        await db.Database.OpenConnectionAsync(cancellationToken);
        var asked = local.GetUtcNow();
        var server = await db.Database.SqlQuery<DateTimeOffset>($"""SELECT clock_timestamp() AS "Value" """).SingleAsync(cancellationToken);
        var answered = local.GetUtcNow();
        Interlocked.Exchange(ref ticksAhead, (server - asked - ((answered - asked) / 2)).Ticks);
    }
}

internal static class DatabaseClockExtensions
{
    /// <summary>Lets the store go by its database's clock, where that is a server others use too and nobody gave it another.</summary>
    public static void AddDatabaseClock(this IServiceCollection services, DatabaseProvider provider)
    {
        if (provider is DatabaseProvider.Postgres && services.All(one => one.ServiceType != typeof(TimeProvider) || one.ImplementationInstance == TimeProvider.System))
        {
            services.RemoveAll<TimeProvider>();
            services.AddSingleton<TimeProvider>(new DatabaseClock(TimeProvider.System));
        }
        services.TryAddSingleton(TimeProvider.System);
    }
}

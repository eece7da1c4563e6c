using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Notifier.Runs;
using Trainyard.Notifier.Storage;

namespace Trainyard.Notifier.Watching;

/// <summary>
/// The watch list. The notifier's database holds it; the Redis set <c>discord:watching</c> is a copy for other programs, which may add to
/// it.
/// </summary>
internal sealed class WatchList(
    RunBook book, StoreApi store, NotifierContexts contexts, IConnectionMultiplexer redis, ILogger<WatchList> logger)
{
    private const int MaxWatched = 1000;

    public async Task SetAsync(StoreRun run, bool watched, CancellationToken cancellationToken)
    {
        await book.WatchAsync(run, watched, cancellationToken);
        await book.SaveAsync(cancellationToken);
        try
        {
            var change = watched
                ? redis.GetDatabase().SetAddAsync(RedisKeys.Watching, run.RunId)
                : redis.GetDatabase().SetRemoveAsync(RedisKeys.Watching, run.RunId);
            await change.WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning("The watch list in Redis could not be changed; it is compared again later: {Fault}", exception.Message);
        }
    }

    /// <summary>Takes over what other programs added to the set, and restores what the set has lost.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        await using var db = contexts.Open();
        var here = (await db.Runs.Where(run => run.Watched && !run.Ended).OrderByDescending(run => run.UpdatedAt)
            .Select(run => run.RunId).Take(MaxWatched).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var set = redis.GetDatabase();
        var there = (await set.SetMembersAsync(RedisKeys.Watching).WaitAsync(cancellationToken))
            .Select(member => member.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var added in there.Except(here).Where(id => Identifier.IsValid(id)).Take(MaxWatched))
        {
            if (await store.FindAsync(added, cancellationToken) is { IsOver: false } run)
            {
                await book.WatchAsync(run, watched: true, cancellationToken);
            }
            else
            {
                await set.SetRemoveAsync(RedisKeys.Watching, added).WaitAsync(cancellationToken);
            }
        }
        if (here.Except(there).Select(id => (RedisValue)id).ToArray() is { Length: > 0 } lost)
        {
            await set.SetAddAsync(RedisKeys.Watching, lost).WaitAsync(cancellationToken);
        }
    }
}

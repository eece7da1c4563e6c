using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events.Logs;

/// <summary>
/// Streams logs as Server-Sent Events. Lines are read from the database by id; announcements only trigger a read, so a lost or repeated
/// one neither loses nor duplicates lines.
/// </summary>
internal sealed class LogStreams(Database database, LiveHub hub, IHostApplicationLifetime lifetime, IOptions<LiveOptions> options)
{
    private const int ChunkSize = 500;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly TimeSpan heartbeatInterval = options.Value.HeartbeatEvery;

    /// <summary>True if there are lines after this id, or the run may still write some.</summary>
    /// <exception cref="Contracts.Errors.TrainyardException">RUN_NOT_FOUND.</exception>
    public Task<bool> HasMoreAsync(string runId, long after, CancellationToken cancellationToken) => database.ReadAsync(async (db, token) =>
    {
        await db.RequireRunAsync(runId, token);
        var active = await db.StatusAsync(runId, token) is { } status && !RunLife.IsOver(status);
        return active || await db.LogAfter(runId, after).AnyAsync(token);
    }, cancellationToken);

    /// <summary>Writes existing and new lines after this id until the run ends.</summary>
    public async Task WriteAsync(Stream body, string runId, long after, LogFilter filter, CancellationToken aborted)
    {
        var signal = new LogSignal(runId);
        hub.Add(runId, signal);
        try
        {
            await CommentAsync(body, aborted);
            for (var quiet = Stopwatch.StartNew(); !lifetime.ApplicationStopping.IsCancellationRequested;)
            {
                var (status, lines) = await ReadAsync(runId, after, aborted);
                foreach (var line in lines)
                {
                    after = line.Id;
                    if (filter.Passes(line))
                    {
                        await WriteAsync(body, $"id: {line.Id}\nevent: log\n", LogView.Of(line), aborted);
                    }
                }
                if (lines.Count == ChunkSize)
                {
                    continue;
                }
                if (status is null || RunLife.IsOver(status.Value))
                {
                    await WriteAsync(body, "event: end\n", new LogEnd(status), aborted);
                    return;
                }
                if (lines.Count > 0)
                {
                    await body.FlushAsync(aborted);
                    quiet.Restart();
                }
                else if (quiet.Elapsed >= heartbeatInterval)
                {
                    await CommentAsync(body, aborted);
                    quiet.Restart();
                }
                await signal.WaitAsync(
                    heartbeatInterval < PollInterval ? heartbeatInterval : PollInterval, lifetime.ApplicationStopping, aborted);
            }
        }
        finally
        {
            hub.Remove(runId, signal);
        }
    }

    /// <summary>Reads the status first, so that the lines of a finished run are complete.</summary>
    private Task<(RunStatus? Status, List<LogLine> Lines)> ReadAsync(string runId, long after, CancellationToken cancellationToken) =>
        database.ReadAsync(async (db, token) =>
            (await db.StatusAsync(runId, token), await db.LogAfter(runId, after).Take(ChunkSize).ToListAsync(token)), cancellationToken);

    private static async Task WriteAsync<T>(Stream body, string fields, T data, CancellationToken cancellationToken)
    {
        // Serialized JSON contains no line breaks, which would end the field.
        await body.WriteAsync(
            Encoding.UTF8.GetBytes($"{fields}data: {JsonSerializer.Serialize(data, WireJson.Options)}\n\n"), cancellationToken);
    }

    private static async Task CommentAsync(Stream body, CancellationToken cancellationToken)
    {
        await body.WriteAsync(": still here\n\n"u8.ToArray(), cancellationToken);
        await body.FlushAsync(cancellationToken);
    }

    /// <param name="Status">The final status; null if the run was deleted.</param>
    private sealed record LogEnd(RunStatus? Status);
}

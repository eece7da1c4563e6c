using System.Diagnostics;
using System.Globalization;
using System.Text;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Loads;

/// <param name="Requests">Answered 2xx.</param>
/// <param name="Refused">Answered otherwise.</param>
/// <param name="Elapsed">From the first to the last answer.</param>
/// <param name="Latencies">From when a request was due to its answer.</param>
internal sealed record LoadResult(long Requests, long Refused, TimeSpan Elapsed, Latencies Latencies)
{
    public double PerSecond => Requests / Elapsed.TotalSeconds;
}

/// <summary>Clients that post as fast as they are answered, or at a given rate.</summary>
internal static class HttpLoad
{
    /// <param name="address">The server.</param>
    /// <param name="clients">Connections.</param>
    /// <param name="duration">How long.</param>
    /// <param name="request">The bytes of a client's n-th request.</param>
    /// <param name="perSecond">Requests a second of all clients together; as fast as answers come when 0. A late request counts from when it was due.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<LoadResult> RunAsync(
        Uri address, int clients, TimeSpan duration, Func<int, long, ReadOnlyMemory<byte>> request, double perSecond, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        long accepted = 0, refused = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(ClientAsync(client), cancellationToken)));
        return new(accepted, refused, Stopwatch.GetElapsedTime(started), latencies);

        Func<Task> ClientAsync(int client) => async () =>
        {
            using var connection = await HttpConnection.OpenAsync(address, cancellationToken);
            for (var sent = 0L; ; sent++)
            {
                var due = started;
                if (perSecond > 0)
                {
                    due += (long)((sent + (double)client / clients) * clients / perSecond * Stopwatch.Frequency);
                    var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                    if (early > TimeSpan.Zero)
                    {
                        await Task.Delay(early, cancellationToken);
                    }
                }
                else
                {
                    due = Stopwatch.GetTimestamp();
                }
                if (Stopwatch.GetElapsedTime(started) > duration)
                {
                    return;
                }
                var status = await connection.SendAsync(request(client, sent), cancellationToken);
                latencies.AddSince(due);
                Interlocked.Increment(ref status is >= 200 and < 300 ? ref accepted : ref refused);
            }
        };
    }

    /// <summary>A POST as bytes.</summary>
    public static byte[] Post(Uri address, string path, string json) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}"));
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Loads;

/// <param name="Requests">Answered 2xx.</param>
/// <param name="Refused">Answered otherwise.</param>
/// <param name="Elapsed">From the first to the last answer.</param>
/// <param name="Latencies">From a request's due time to its answer.</param>
internal sealed record LoadResult(long Requests, long Refused, TimeSpan Elapsed, Latencies Latencies)
{
    public double PerSecond => Requests / Elapsed.TotalSeconds;
}

/// <summary>Clients that post as fast as possible, or at a given rate.</summary>
internal static class HttpLoad
{
    /// <remarks>
    /// Each client has a connection; <paramref name="request"/> makes the bytes of its n-th request. <paramref name="perSecond"/> is the
    /// rate of all clients together, 0 for as fast as possible. The latency of a late request counts from its due time.
    /// </remarks>
    public static async Task<LoadResult> RunAsync(
        Uri address,
        int clients,
        TimeSpan duration,
        Func<int, long, ReadOnlyMemory<byte>> request,
        double perSecond,
        CancellationToken cancellationToken)
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
    public static byte[] Post(Uri address, string path, string json)
    {
        var length = Encoding.UTF8.GetByteCount(json).ToString(CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {length}\r\n\r\n{json}");
    }
}

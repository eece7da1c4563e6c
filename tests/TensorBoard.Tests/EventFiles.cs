namespace Trainyard.TensorBoard.Tests;

/// <summary>Event files in memory and in temporary folders.</summary>
internal static class EventFiles
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static async Task<byte[]> WriteAsync(params LogEvent[] events)
    {
        using var written = new MemoryStream();
        await using (var writer = new EventFileWriter(written, Noon, leaveOpen: true))
        {
            foreach (var logEvent in events)
            {
                await writer.WriteAsync(logEvent);
            }
        }
        return written.ToArray();
    }

    public static async Task<List<LogEvent>> ReadAsync(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return await new EventFileReader(stream).ReadAsync().ToListAsync();
    }

    public static LogEvent Scalar(long step, double value, string tag = "loss") =>
        LogEvent.Of(Noon.AddSeconds(step), step, new ScalarValue(tag, value));
}

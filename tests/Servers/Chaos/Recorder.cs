using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Servers.Chaos;

/// <summary>Writes the history down as it happens: also to a file, a line for each entry.</summary>
internal sealed class Recorder(string path) : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly StreamWriter file = new(path);
    private readonly ConcurrentQueue<Tried> tries = new();
    private readonly ConcurrentQueue<ReadinessSeen> readiness = new();
    private readonly ConcurrentQueue<FaultStruck> faults = new();
    private readonly Stopwatch watch = Stopwatch.StartNew();

    public TimeSpan Now => watch.Elapsed;

    public History History => new([.. tries], [.. readiness], [.. faults.OrderBy(fault => fault.At)]);

    public void Add(Tried one) => Add(tries, one);

    public void Add(ReadinessSeen one) => Add(readiness, one);

    public void Add(FaultStruck one) => Add(faults, one);

    public async ValueTask DisposeAsync() => await file.DisposeAsync();

    private void Add<T>(ConcurrentQueue<T> entries, T entry)
    {
        entries.Enqueue(entry);
        lock (file)
        {
            file.WriteLine(JsonSerializer.Serialize(entry, Json));
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Harness.Chaos;

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
    private readonly ConcurrentQueue<OwnRunQueued> own = new();
    private readonly ConcurrentQueue<BackupTried> backups = new();
    private readonly Stopwatch watch = Stopwatch.StartNew();

    public TimeSpan Now => watch.Elapsed;

    public History History => new([.. tries], [.. readiness], [.. faults.OrderBy(fault => fault.At)])
    {
        Own = [.. own],
        Backups = [.. backups],
    };

    public void Add(Tried one) => Add(tries, one);

    public void Add(ReadinessSeen one) => Add(readiness, one);

    public void Add(FaultStruck one) => Add(faults, one);

    public void Add(OwnRunQueued one) => Add(own, one);

    public void Add(BackupTried one) => Add(backups, one);

    /// <summary>Writes what is stored beside the history, for whoever has to find out why something is missing.</summary>
    public async Task WriteAsync(FinalState state) => await File.WriteAllTextAsync(
        Path.Combine(Path.GetDirectoryName(path) ?? ".", "state.json"), JsonSerializer.Serialize(state, Json));

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

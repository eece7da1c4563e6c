using System.Runtime.InteropServices;
using System.Text.Json;

namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>An instance of the store that has looked at its machine.</summary>
internal sealed class SampledMachine
{
    public required string InstanceId { get; init; }

    public required string Host { get; set; }

    /// <summary>
    /// The names of the values in its samples: a JSON list that is only ever added to, so that a sample, old or new, is the values
    /// of the first so many.
    /// </summary>
    public required string Keys { get; set; }

    public List<string> KeyList() => JsonSerializer.Deserialize<List<string>>(Keys) ?? [];
}

/// <summary>One look at a machine, or the means of those of a minute.</summary>
internal sealed class MachineSample
{
    public const int Raw = 0;
    public const int Minute = 60;

    public required string InstanceId { get; init; }

    /// <summary>Seconds it stands for; 0 for a single look.</summary>
    public required int Width { get; init; }

    /// <summary>Microseconds since 1970, of a minute its start.</summary>
    public required long Time { get; init; }

    /// <summary>Single-precision numbers, NaN where there was none: a hundred bytes a look, and digits enough for a chart.</summary>
    public required byte[] Values { get; init; }

    public ReadOnlySpan<float> Numbers() => MemoryMarshal.Cast<byte, float>(Values);

    public static byte[] Pack(IEnumerable<double> values) => MemoryMarshal.AsBytes(values.Select(value => (float)value).ToArray().AsSpan()).ToArray();
}

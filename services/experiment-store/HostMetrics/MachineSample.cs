using System.Runtime.InteropServices;
using System.Text.Json;

namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>An instance of the store that samples its machine.</summary>
internal sealed class SampledMachine
{
    public required string InstanceId { get; init; }

    public required string Host { get; set; }

    /// <summary>
    /// The names of the values in its samples, as a JSON list. Names are only appended, so the n values of any sample belong to the
    /// first n names.
    /// </summary>
    public required string Keys { get; set; }

    public List<string> KeyList() => JsonSerializer.Deserialize<List<string>>(Keys) ?? [];
}

/// <summary>One sample of a machine, or the means of one minute.</summary>
internal sealed class MachineSample
{
    public const int Raw = 0;
    public const int Minute = 60;

    public required string InstanceId { get; init; }

    /// <summary>Seconds it covers; 0 for a single sample.</summary>
    public required int Width { get; init; }

    /// <summary>Microseconds since 1970; for a minute, its start.</summary>
    public required long Time { get; init; }

    /// <summary>Single-precision numbers, NaN where a value is missing: about 100 bytes a sample, and precise enough for a chart.</summary>
    public required byte[] Values { get; init; }

    public ReadOnlySpan<float> Numbers() => MemoryMarshal.Cast<byte, float>(Values);

    public static byte[] Pack(IEnumerable<double> values) =>
        MemoryMarshal.AsBytes(values.Select(value => (float)value).ToArray().AsSpan()).ToArray();
}

using System.Runtime.InteropServices;

namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>A running mean; NaN while it has no values.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Mean(double Sum, int Count)
{
    public double Value => Sum / Count;

    /// <summary>Adds each value that is not NaN to the mean at the same index.</summary>
    public static void AddTo(List<Mean> means, ReadOnlySpan<float> values)
    {
        CollectionsMarshal.SetCount(means, Math.Max(means.Count, values.Length));
        for (var index = 0; index < values.Length; index++)
        {
            if (!float.IsNaN(values[index]))
            {
                means[index] = new(means[index].Sum + values[index], means[index].Count + 1);
            }
        }
    }
}

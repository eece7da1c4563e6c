namespace Trainyard.ExperimentStore.Storage;

/// <summary>Pauses between attempts whose next time is stored, so that it survives a restart and every replica knows it.</summary>
internal static class DoublingPause
{
    /// <param name="earlier">How many pauses there were before.</param>
    /// <param name="first">The first one.</param>
    /// <param name="max">The longest one.</param>
    public static TimeSpan After(int earlier, TimeSpan first, TimeSpan max) =>
        TimeSpan.FromSeconds(Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(earlier, 30)), max.TotalSeconds));
}

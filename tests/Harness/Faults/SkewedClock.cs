using System.Runtime.InteropServices;
using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Faults;

/// <summary>
/// A host whose clock is wrong, by way of libfaketime. Its monotonic clock is right, as it is on a machine whose time was set wrongly.
/// </summary>
public sealed class SkewedClock
{
    /// <summary>How wrong a clock may be, as <c>FAKETIME</c> has it.</summary>
    public static readonly IReadOnlyList<string> Offsets = ["+10m", "-10m"];

    private static readonly IReadOnlyDictionary<string, string> Right =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["LD_PRELOAD"] = "" };

    private readonly string library;

    private SkewedClock(string library) => this.library = library;

    /// <returns>Null when the library is neither where Debian puts it nor where <c>FAKETIME_LIBRARY</c> says.</returns>
    public static SkewedClock? Find()
    {
        var machine = RuntimeInformation.OSArchitecture is Architecture.Arm64 ? "aarch64" : "x86_64";
        var path = Environment.GetEnvironmentVariable("FAKETIME_LIBRARY") ?? $"/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1";
        return File.Exists(path) ? new(path) : null;
    }

    /// <summary>Starts a process again with a clock that is wrong, and after a while with one that is right.</summary>
    /// <param name="system">The system the process belongs to.</param>
    /// <param name="process">The process.</param>
    /// <param name="by">How wrong, as <c>FAKETIME</c> has it.</param>
    /// <param name="hold">For how long.</param>
    public async Task StrikeAsync(IStruckSystem system, Func<TrainyardProcess> process, string by, TimeSpan hold)
    {
        await StartAgainAsync(Variables(by));
        await Task.Delay(hold);
        await StartAgainAsync(Right);

        async Task StartAgainAsync(IReadOnlyDictionary<string, string> environment)
        {
            var ended = process();
            await ended.KillAsync();
            await system.ReplaceAsync(ended, environment);
        }
    }

    /// <summary>The environment of a process whose clock is wrong.</summary>
    /// <param name="by">How wrong, as <c>FAKETIME</c> has it.</param>
    public IReadOnlyDictionary<string, string> Variables(string by) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["LD_PRELOAD"] = library,
        ["FAKETIME"] = by,
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        // Without this, libfaketime hands waits by the monotonic clock a time that has passed: sleeps and timeouts end at once.
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
    };
}

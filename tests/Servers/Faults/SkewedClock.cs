using System.Runtime.InteropServices;

namespace Trainyard.Servers.Faults;

/// <summary>
/// A host whose clock is wrong, by way of libfaketime. Its monotonic clock is right, as it is on a machine whose time was set wrongly.
/// </summary>
public sealed class SkewedClock
{
    private readonly string library;

    private SkewedClock(string library) => this.library = library;

    /// <returns>Null when the library is neither where Debian puts it nor where <c>FAKETIME_LIBRARY</c> says.</returns>
    public static SkewedClock? Find()
    {
        var machine = RuntimeInformation.OSArchitecture is Architecture.Arm64 ? "aarch64" : "x86_64";
        var path = Environment.GetEnvironmentVariable("FAKETIME_LIBRARY") ?? $"/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1";
        return File.Exists(path) ? new(path) : null;
    }

    /// <summary>Starts a replica of a service again with a clock that is wrong, and after a while with one that is right.</summary>
    /// <param name="service">The service.</param>
    /// <param name="replica">Which of it.</param>
    /// <param name="by">How wrong, as <c>FAKETIME</c> has it.</param>
    public Fault Strike(string service, int replica, string by) => new(
        $"set the clock of {service} {replica} wrong by {by}", null, async (system, hold) =>
    {
        await StartAgainAsync(system, Variables(library, by));
        await Task.Delay(hold);
        await StartAgainAsync(system, Variables("", ""));

        async Task StartAgainAsync(StruckSystem struck, Dictionary<string, string> environment)
        {
            var process = struck.Of(service)[replica];
            await process.KillAsync();
            await struck.ReplaceAsync(process, environment);
        }
    });

    private static Dictionary<string, string> Variables(string library, string by) => new(StringComparer.Ordinal)
    {
        ["LD_PRELOAD"] = library,
        ["FAKETIME"] = by,
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Faults;

/// <summary>A Standalone that can be killed, paused, given a wrong clock or a full disk, and started again.</summary>
public sealed class StruckStandalone : IStruckSystem, IAsyncDisposable
{
    private const string Project = "Standalone";
    private const int DiskMegabytes = 256;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>(StringComparer.Ordinal);

    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentBag<TrainyardProcess> ever = [];
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly TimeSpan startLimit;
    private TrainyardProcess? process;

    private StruckStandalone(IReadOnlyDictionary<string, string> settings, TimeSpan startLimit) =>
        (this.settings, this.startLimit) = (settings, startLimit);

    public Uri Address => Process.Address;

    public string DataRoot => folder.File("data");

    public string Artifacts => Path.Combine(DataRoot, "artifacts");

    public string Tokenizer { get; private set; } = "";

    public TrainyardProcess Process => process ?? throw new InvalidOperationException("The system was not started.");

    public IEnumerable<TrainyardProcess> Processes => [Process];

    public IReadOnlyCollection<TrainyardProcess> Ever => ever;

    /// <summary>What is acknowledged is committed.</summary>
    public TimeSpan Stragglers => TimeSpan.Zero;

    /// <summary>The disk of the data folder, when it was asked for and could be made.</summary>
    public SmallDisk? Disk { get; private set; }

    /// <param name="settings">Environment variables.</param>
    /// <param name="startLimit">How long a start may take.</param>
    /// <param name="smallDisk">Whether the data folder is to lie on a disk that can be filled.</param>
    public static async Task<StruckStandalone> StartAsync(
        IReadOnlyDictionary<string, string> settings, TimeSpan startLimit, bool smallDisk)
    {
        var struck = new StruckStandalone(settings, startLimit);
        try
        {
            struck.Disk = smallDisk ? await SmallDisk.TryMountAsync(struck.DataRoot, DiskMegabytes) : null;
            struck.process = await struck.OpenAsync(struck.DataRoot);
            struck.ever.Add(struck.process);
            await struck.ReadyAsync();
            using var client = new TrainyardClient(struck.Address);
            struck.Tokenizer = await client.TrainTokenizerAsync("docs", 512);
            return struck;
        }
        catch
        {
            await struck.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a Standalone with the same settings on another data folder.</summary>
    public Task<TrainyardProcess> OpenAsync(string dataRoot) => TrainyardProcess.StartAsync(
        Project, new Dictionary<string, string>(settings, StringComparer.Ordinal) { ["APP__DATA_ROOT"] = dataRoot }, startLimit);

    /// <summary>Runs a command of Standalone to its end.</summary>
    public async Task<(int ExitCode, string Output)> CommandAsync(params string[] arguments)
    {
        await using var command = await TrainyardProcess.RunToEndAsync(Project, None, startLimit, arguments);
        return (command.ExitCode, command.Output.Trim());
    }

    /// <summary>While the disk is full it is started again and again, as systemd does.</summary>
    public async Task ReplaceAsync(TrainyardProcess ended, IReadOnlyDictionary<string, string>? environment = null)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(Again))
        {
            var full = Disk is { IsFull: true };
            try
            {
                process = await ended.StartAgainAsync(environment);
                ever.Add(process);
                return;
            }
            catch (Xunit.Sdk.XunitException) when (full && watch.Elapsed < startLimit)
            {
                // It says itself that there is no space.
            }
        }
    }

    /// <summary>However long its one process takes to start on this machine, it gets to do something.</summary>
    public async Task WorkAsync(TimeSpan duration)
    {
        await ReadyAsync();
        await Task.Delay(duration);
    }

    public async Task ReadyAsync()
    {
        using var client = new TrainyardClient(Address);
        await client.ReadyAsync(startLimit);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in ever)
        {
            await one.DisposeAsync();
        }
        if (Disk is not null)
        {
            await Disk.DisposeAsync();
        }
        folder.Dispose();
    }
}

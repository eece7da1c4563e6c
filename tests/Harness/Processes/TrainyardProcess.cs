using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Trainyard.Harness.Processes;

/// <summary>One host of Trainyard as a process of its own, on a port it chose.</summary>
public sealed class TrainyardProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private const int KilledExitCode = 128 + 9;

    public static readonly TimeSpan UsualStartLimit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string project;
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly string[] arguments;
    private readonly TimeSpan startLimit;
    private readonly ConcurrentQueue<string> output = new();
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Kept beside the tests' output, for whoever has to find out why one failed.
    private readonly StreamWriter log;

    private TrainyardProcess(
        Process process, string project, IReadOnlyDictionary<string, string> environment, TimeSpan startLimit, string[] arguments)
    {
        (this.process, this.project, this.environment, this.arguments) = (process, project, environment, arguments);
        this.startLimit = startLimit;
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "logs"));
        log = new StreamWriter(Path.Combine(folder.FullName, $"{project}-{DateTime.UtcNow:HHmmss.fff}.log")) { AutoFlush = true };
    }

    public string Project => project;

    public Uri Address => address.Task.Result;

    public string Output => string.Join('\n', output);

    public bool IsRunning => !process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Whether it has ended otherwise than by <see cref="KillAsync"/>.</summary>
    public bool EndedByItself => process.HasExited && process.ExitCode != KilledExitCode;

    public TimeSpan TimeToReady { get; private set; }

    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The processes it has started that run; on Linux only.</summary>
    public IReadOnlyList<int> Children => !OperatingSystem.IsLinux()
        ? throw new PlatformNotSupportedException("The children of a process can be read on Linux only.")
        :
        [
            .. Directory.EnumerateDirectories($"/proc/{process.Id}/task")
                .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
        ];

    /// <summary>The memory of the processes it has started.</summary>
    public long ChildrenResidentBytes => Children.Sum(id =>
    {
        try
        {
            using var child = Process.GetProcessById(id);
            return child.WorkingSet64;
        }
        catch (ArgumentException)
        {
            // It has just ended.
            return 0;
        }
    });

    /// <summary>What it has used of the processors since it was started.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a host and waits until it listens.</summary>
    public static Task<TrainyardProcess> StartAsync(
        string project, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartAsync(project, environment, UsualStartLimit, arguments);

    /// <summary>Starts a host and waits until it is ready: a busy machine may listen long before its database is migrated.</summary>
    public static async Task<TrainyardProcess> StartReadyAsync(
        string project, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var started = await StartAsync(project, environment, arguments);
        using var client = new TrainyardClient(started.Address);
        await client.ReadyAsync(UsualStartLimit);
        return started;
    }

    /// <summary>The same, with another limit for this start and for those after it.</summary>
    public static async Task<TrainyardProcess> StartAsync(
        string project, IReadOnlyDictionary<string, string> environment, TimeSpan startLimit, params string[] arguments)
    {
        var started = Launch(project, environment, startLimit, arguments);
        var watch = Stopwatch.StartNew();
        var exited = started.process.WaitForExitAsync();
        await Task.WhenAny(started.address.Task, exited, Task.Delay(startLimit));
        if (!started.address.Task.IsCompletedSuccessfully)
        {
            await started.DisposeAsync();
            Assert.Fail($"{project} did not start within {startLimit}:\n{started.Output}");
        }
        started.TimeToReady = watch.Elapsed;
        return started;
    }

    /// <summary>Starts a host that is expected to give up, and waits until it has.</summary>
    public static Task<TrainyardProcess> RunToEndAsync(
        string project, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunToEndAsync(project, environment, UsualStartLimit, arguments);

    /// <summary>The same, with another limit.</summary>
    public static async Task<TrainyardProcess> RunToEndAsync(
        string project, IReadOnlyDictionary<string, string> environment, TimeSpan limit, params string[] arguments)
    {
        var started = Launch(project, environment, limit, arguments);
        await started.process.WaitForExitAsync().WaitAsync(limit);
        return started;
    }

    /// <summary>As <c>kill -9</c> does: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(startLimit);
    }

    /// <summary>As Ctrl+C or an orchestrator does.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await process.WaitForExitAsync().WaitAsync(startLimit);
    }

    /// <summary>Stops it from doing anything, with all that it holds, until <see cref="ResumeAsync"/>.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    public Task ResumeAsync() => SignalAsync("CONT");

    /// <summary>The same again, once this has ended, where this was: as an orchestrator starts one that died.</summary>
    /// <param name="besides">Environment variables it gets besides, or instead.</param>
    public Task<TrainyardProcess> StartAgainAsync(IReadOnlyDictionary<string, string>? besides = null)
    {
        var again = new Dictionary<string, string>(environment, StringComparer.Ordinal) { ["ASPNETCORE_URLS"] = Address.ToString() };
        foreach (var (name, value) in besides ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            again[name] = value;
        }
        return StartAsync(project, again, startLimit, arguments);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }
        process.Dispose();
        await log.DisposeAsync();
        Assert.All(Secrets.In(environment), secret => Assert.DoesNotContain(secret, Output, StringComparison.Ordinal));
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Starts a host and does not wait for anything.</summary>
    public static TrainyardProcess Launch(string project, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Launch(project, environment, UsualStartLimit, arguments);

    private static TrainyardProcess Launch(
        string project, IReadOnlyDictionary<string, string> environment, TimeSpan startLimit, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [HostAssembly(project), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        var started = new TrainyardProcess(new Process { StartInfo = start }, project, environment, startLimit, arguments);
        started.process.OutputDataReceived += (_, line) => started.Read(line.Data);
        started.process.ErrorDataReceived += (_, line) => started.Read(line.Data);
        started.process.Start();
        started.process.BeginOutputReadLine();
        started.process.BeginErrorReadLine();
        return started;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }
        output.Enqueue(line);
        lock (log)
        {
            log.WriteLine(line);
        }
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
        {
            var url = line.AsSpan(at + Listening.Length);
            address.TrySetResult(new Uri(url[..url.IndexOfAny('"', ' ')].ToString()));
        }
    }

    /// <summary>
    /// Where the build put it: <c>artifacts/bin/&lt;project&gt;/&lt;configuration&gt;</c>, beside this test's own output.
    /// </summary>
    /// <param name="project">The project, or the path of a published host.</param>
    private static string HostAssembly(string project)
    {
        if (Path.IsPathRooted(project))
        {
            return project;
        }
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var assembly = Path.GetFullPath(Path.Combine(own.FullName, "..", "..", project, own.Name, $"Trainyard.{project}.dll"));
        return File.Exists(assembly) ? assembly : throw new FileNotFoundException($"{project} has not been built.", assembly);
    }
}

using System.Diagnostics;
using System.IO.Pipes;
using System.Reflection;
using System.Runtime.InteropServices;
using StreamJsonRpc;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>Starts this program as a child process that computes.</summary>
internal sealed class ChildProcessStarter(
    AppPaths paths, Microsoft.Extensions.Options.IOptions<WorkerOptions> options, ILogger<ChildProcess> logger) : IComputeStarter
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    public async Task<StartedComputer> StartAsync(string purpose, CancellationToken cancellationToken)
    {
        var name = $"trainyard-{Guid.NewGuid():N}";
        var pipe = new NamedPipeServerStream(
            name, PipeDirection.InOut, maxNumberOfServerInstances: 1, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        var child = new ChildProcess(Process(name), pipe, purpose, logger);
        try
        {
            await child.ConnectAsync(StartLimit, cancellationToken);
            return child;
        }
        catch
        {
            child.Kill();
            await child.DisposeAsync();
            throw;
        }
    }

    private Process Process(string pipe) => new()
    {
        StartInfo = new(Dotnet(), [.. Worker(), ComputeCommand.Name, pipe])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment =
            {
                ["APP__DATA_ROOT"] = paths.DataRoot,
                ["APP__ARTIFACTS_ROOT"] = paths.ArtifactsRoot,
                ["APP__CORPUS_ROOT"] = paths.CorpusRoot,
                ["APP__PLUGINS_ROOT"] = paths.PluginsRoot,
                ["TRAINER__LOADED_MODELS"] = FormattableString.Invariant($"{options.Value.LoadedModels}"),
            },
        },
    };

    /// <summary>
    /// The worker's program with the packages of the running one. A host that contains the worker is published without the worker's list
    /// of packages.
    /// </summary>
    private static string[] Worker()
    {
        var worker = typeof(ChildProcess).Assembly.Location;
        var running = Path.ChangeExtension(Assembly.GetEntryAssembly()?.Location ?? worker, extension: null);
        return ["exec", "--depsfile", $"{running}.deps.json", "--runtimeconfig", $"{running}.runtimeconfig.json", worker];
    }

    /// <summary>The host of the running .NET, which may not be on the PATH.</summary>
    private static string Dotnet() => Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}

/// <summary>A child process that computes. It ends when the connection does, and with this process.</summary>
internal sealed class ChildProcess(Process process, NamedPipeServerStream pipe, string purpose, ILogger logger) : StartedComputer
{
    private const int MaxLines = 20;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private readonly Queue<string> errors = new();
    private JsonRpc? connection;
    private IComputer? computer;

    public int Id => process.Id;

    public override IComputer Computer => computer ?? throw new InvalidOperationException("The process is not connected.");

    public override Task Ended => connection?.Completion ?? Task.CompletedTask;

    public override long Memory
    {
        get
        {
            try
            {
                process.Refresh();
                return process.WorkingSet64;
            }
            catch (InvalidOperationException) when (process.HasExited)
            {
                return 0;
            }
        }
    }

    public async Task ConnectAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var connected = pipe.WaitForConnectionAsync(waiting.Token);
        var ended = process.WaitForExitAsync(waiting.Token);
        if (await Task.WhenAny(connected, ended).WaitAsync(limit, cancellationToken) == ended)
        {
            await waiting.CancelAsync();
            throw new ComputeEndedException(await DescribeEndAsync());
        }
        await connected;
        (connection, computer) = ComputeConnection.Attach(pipe);
        logger.LogDebug("Process {ProcessId} {Purpose}", process.Id, purpose);
    }

    public override async Task<string> DescribeEndAsync()
    {
        using var limit = new CancellationTokenSource(EndLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return $"The process that {purpose} no longer answers.";
        }
        var how = process.ExitCode switch
        {
            137 => "was killed, as Linux does when memory runs out; a smaller batch_size, max_seq_len or model needs less",
            > 128 and var code when !OperatingSystem.IsWindows() => $"crashed in native code (signal {code - 128})",
            var code => $"ended with exit code {code}",
        };
        lock (errors)
        {
            return errors.Count == 0 ? $"The process that {purpose} {how}." : $"The process that {purpose} {how}: {errors.Last()}";
        }
    }

    public override void Kill()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        connection?.Dispose();
        await pipe.DisposeAsync();
        using var limit = new CancellationTokenSource(EndLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            logger.LogWarning("The process that {Purpose} did not end in time and is killed", purpose);
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process.Dispose();
    }

    private void Log(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }
        logger.LogWarning("The process that {Purpose} writes: {Line}", purpose, line);
        lock (errors)
        {
            errors.Enqueue(line);
            if (errors.Count > MaxLines)
            {
                errors.Dequeue();
            }
        }
    }
}

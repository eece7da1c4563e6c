using System.CommandLine;
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Trainyard.Models.Compute;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>Makes this program the compute process of a worker.</summary>
internal static class ComputeCommand
{
    public const string Name = "compute";

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var pipe = new Argument<string>("PIPE") { Description = "the worker's named pipe" };
        var command = new Command(Name, "Computes for the worker that starts it.") { pipe };
        command.Hidden = true;
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(pipe)));
        return command;
    }

    private static async Task<int> RunAsync(string name)
    {
        // Ctrl-C and a stop of the whole service reach this process too. The worker ends it when its run is saved.
        using var interrupt = Ignore(PosixSignal.SIGINT);
        using var terminate = Ignore(PosixSignal.SIGTERM);
        using var hangUp = Ignore(PosixSignal.SIGHUP);
        TorchRuntime.LimitArenas();

        await using var pipe = new NamedPipeClientStream(
            ".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        await pipe.ConnectAsync(ConnectLimit, CancellationToken.None);
        using var computer = Create(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        using var connection = ComputeConnection.Serve(pipe, computer);
        await connection.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (computer.IsComputing)
        {
            // The worker has died. Nobody wants the result, and another attempt may begin at once.
            Process.GetCurrentProcess().Kill();
        }
        return 0;
    }

    private static Computer Create(IConfiguration configuration)
    {
        var paths = new AppPaths(Options.Create(configuration.GetSection(PathOptions.Section).Get<PathOptions>() ?? new()));
        var options = configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>() ?? new();
        return Computer.Create(paths, options);
    }

    private static PosixSignalRegistration Ignore(PosixSignal signal) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = true);
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Trainyard.Harness;

/// <summary>
/// A server process in a folder of its own, both gone when this is disposed. A guard shell holds it: should the test process
/// die, the guard reads the end of its input, stops the server and removes the folder. Told to, it ends the server before, or starts it
/// again.
/// </summary>
internal sealed class NativeServer : IAsyncDisposable
{
    // Arguments: stop signal, folder, command to run last ("true" for none), server and its arguments.
    private const string Guard = """
        signal=$1 folder=$2 last=$3; shift 3
        "$@" </dev/null & server=$!
        while read -r order; do
          case $order in
            end) kill -"$signal" $server; wait $server; echo ended >&2 ;;
            start) "$@" </dev/null & server=$! ;;
          esac
        done
        kill "-$signal" $server; wait $server; $last; rm -rf "$folder"
        """;

    private readonly Process guard;
    private readonly ConcurrentQueue<string> output;

    private NativeServer(Process guard, ConcurrentQueue<string> output) => (this.guard, this.output) = (guard, output);

    public static bool IsRoot { get; } = string.Equals(Environment.UserName, "root", StringComparison.Ordinal);

    public static NativeServer Start(
        string folder,
        IReadOnlyList<string> command,
        string stopSignal = "TERM",
        string last = "true",
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Guard, "guard", stopSignal, folder, last, .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }
        var lines = new ConcurrentQueue<string>();
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(process, lines);

        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { } text && lines.Count < 1000)
            {
                lines.Enqueue(text);
            }
        }
    }

    /// <summary>Returns once <paramref name="answers"/> is true; fails with the server's output when it never is.</summary>
    public async Task UntilAsync(Func<Task<bool>> answers)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(90); await Task.Delay(100))
        {
            if (await answers())
            {
                return;
            }
        }
        await DisposeAsync();
        throw new InvalidOperationException(
            $"The server did not answer in 90 s:{Environment.NewLine}{string.Join(Environment.NewLine, output)}");
    }

    /// <summary>Ends the server at once, as a crash does; what it has written stays.</summary>
    public async Task EndAsync()
    {
        output.Clear();
        await guard.StandardInput.WriteLineAsync("end");
        await UntilAsync(() => Task.FromResult(output.Contains("ended", StringComparer.Ordinal)));
    }

    /// <summary>Starts it again on what it had written.</summary>
    public Task StartAgainAsync() => guard.StandardInput.WriteLineAsync("start");

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            guard.StandardInput.Close();
            await guard.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            guard.Kill(entireProcessTree: true);
        }
        guard.Dispose();
    }

    public static string CreateFolder(string name) => Directory.CreateTempSubdirectory($"trainyard-{name}-").FullName;

    /// <summary>
    /// The command as another user where this process is root and the server refuses to be; <c>setpriv</c> becomes the command, so its
    /// process id stays the same.
    /// </summary>
    public static IReadOnlyList<string> As(string user, params IEnumerable<string> command) =>
        IsRoot ? ["setpriv", $"--reuid={user}", $"--regid={user}", "--init-groups", .. command] : [.. command];

    public static async Task RunAsync(params IReadOnlyList<string> command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        var written = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {string.Concat(written)}");
        }
    }

    public static async Task<bool> AcceptsAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

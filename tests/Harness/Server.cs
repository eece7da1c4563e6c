using DotNet.Testcontainers.Containers;

namespace Trainyard.Harness;

/// <summary>
/// A server for the tests of one assembly: in a container where Docker can run it, else the machine's own binary, else none,
/// and whoever asks for its <see cref="ConnectionString"/> is skipped. Use it as an assembly fixture.
/// </summary>
public abstract class Server : IAsyncLifetime
{
    /// <summary>The servers' password: something that stands in a log only where a secret was logged.</summary>
    protected const string Password = "not-for-any-log";

    private string? connectionString;
    private string skipReason = "The server was not started: use it as an assembly fixture.";
    private IContainer? container;
    private NativeServer? native;

    /// <summary>How to reach it. Skips the calling test when this machine has neither Docker nor the server's binary.</summary>
    public string ConnectionString
    {
        get
        {
            Assert.SkipWhen(connectionString is null, skipReason);
            return connectionString;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (await DockerDaemon.AnswersAsync() && await TryContainerAsync())
        {
            return;
        }
        if (FindBinary() is not { } binary)
        {
            skipReason = $"{GetType().Name}: neither Docker nor a native binary is here.";
            return;
        }
        (native, connectionString) = await StartNativeAsync(binary);
    }

    /// <summary>Ends it as a crash does; what it has written stays.</summary>
    public Task EndAsync() => container?.StopAsync() ?? Native.EndAsync();

    /// <summary>Starts it again on what it had written, and returns once it answers.</summary>
    public async Task StartAgainAsync()
    {
        if (container is not null)
        {
            await container.StartAsync();
            connectionString = ConnectionStringOf(container);
            return;
        }
        await Native.StartAgainAsync();
        await Native.UntilAsync(() => AnswersAsync(ConnectionString));
    }

    /// <summary>Where it listens.</summary>
    public abstract (string Host, int Port) Endpoint { get; }

    /// <summary>How to reach it by way of another port of this machine.</summary>
    public abstract string ConnectionStringThrough(int port);

    public async ValueTask DisposeAsync()
    {
        if (container is not null)
        {
            await container.DisposeAsync();
        }
        if (native is not null)
        {
            await native.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }

    private NativeServer Native => native ?? throw new InvalidOperationException("The server was not started.");

    protected abstract IContainer CreateContainer();

    protected abstract string ConnectionStringOf(IContainer started);

    /// <summary>The path of the server's program, null when it is not installed.</summary>
    protected abstract string? FindBinary();

    private protected abstract Task<(NativeServer Server, string ConnectionString)> StartNativeAsync(string binary);

    private protected abstract Task<bool> AnswersAsync(string connectionString);

    /// <summary>False when the image can't be had, as on a machine without a way to a registry.</summary>
    private async Task<bool> TryContainerAsync()
    {
        var candidate = CreateContainer();
        try
        {
            await candidate.StartAsync();
        }
        catch (Exception exception) when (exception is Docker.DotNet.DockerApiException or HttpRequestException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"{GetType().Name}: no container ({exception.Message.Trim()}); using the native server.");
            await candidate.DisposeAsync();
            return false;
        }
        container = candidate;
        connectionString = ConnectionStringOf(candidate);
        return true;
    }
}

using DotNet.Testcontainers.Containers;
using Testcontainers.Redis;

namespace Trainyard.Harness;

/// <summary>
/// Redis. Tests share it: a <c>channelPrefix</c> in the connection string keeps their channels apart, run ids their keys.
/// </summary>
public sealed class RedisServer : Server
{
    public override (string Host, int Port) Endpoint =>
        Uri.TryCreate($"redis://{ConnectionString.Split(',')[0]}", UriKind.Absolute, out var at) ? (at.Host, at.Port) : default;

    public override string ConnectionStringThrough(int port) =>
        string.Join(',', [$"127.0.0.1:{port}", .. ConnectionString.Split(',')[1..]]);

    protected override IContainer CreateContainer() => new RedisBuilder("redis:8.6").Build();

    protected override string ConnectionStringOf(IContainer started) => ((RedisContainer)started).GetConnectionString();

    protected override string? FindBinary() =>
        new[] { "/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server" }.FirstOrDefault(File.Exists);

    private protected override async Task<(NativeServer Server, string ConnectionString)> StartNativeAsync(string binary)
    {
        var (port, folder) = (FreePort.Next(), NativeServer.CreateFolder("redis"));
        var server = NativeServer.Start(
            folder, [binary, "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--requirepass", Password, "--dir", folder]);
        await server.UntilAsync(() => NativeServer.AcceptsAsync(port));
        return (server, $"127.0.0.1:{port},password={Password}");
    }

    private protected override Task<bool> AnswersAsync(string connectionString) => NativeServer.AcceptsAsync(Endpoint.Port);
}

using System.Net;
using System.Net.Sockets;
using DotNet.Testcontainers.Containers;
using Testcontainers.RabbitMq;

namespace Trainyard.Harness;

/// <summary>RabbitMQ.</summary>
public sealed class RabbitMqServer : Server
{
    public override (string Host, int Port) Endpoint
    {
        get
        {
            var at = new Uri(ConnectionString);
            return (at.Host, at.Port);
        }
    }

    public override string ConnectionStringThrough(int port) =>
        new UriBuilder(ConnectionString) { Host = "127.0.0.1", Port = port }.ToString();

    protected override IContainer CreateContainer() => new RabbitMqBuilder("rabbitmq:4.3-management").WithPassword(Password).Build();

    protected override string ConnectionStringOf(IContainer started) => ((RabbitMqContainer)started).GetConnectionString();

    protected override string? FindBinary() => Directory.Exists("/usr/lib/rabbitmq/lib")
        ? Directory.GetDirectories("/usr/lib/rabbitmq/lib").Select(version => $"{version}/sbin/rabbitmq-server").FirstOrDefault(File.Exists)
        : null;

    private protected override async Task<(NativeServer Server, string ConnectionString)> StartNativeAsync(string binary)
    {
        const string User = "rabbitmq";
        var (port, distribution, mapper) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        var folder = NativeServer.CreateFolder("rabbitmq");
        await File.WriteAllTextAsync(Path.Combine(folder, "rabbitmq.conf"), $"default_pass = {Password}\n");
        if (NativeServer.IsRoot)
        {
            await NativeServer.RunAsync("chown", "-R", User, folder);
        }
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = folder,
            ["RABBITMQ_NODENAME"] = $"test{port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq"),
            ["RABBITMQ_NODE_PORT"] = $"{port}",
            ["RABBITMQ_DIST_PORT"] = $"{distribution}",
            ["RABBITMQ_MNESIA_BASE"] = folder,
            ["RABBITMQ_LOG_BASE"] = folder,
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "enabled_plugins"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
            // The script then becomes the Erlang machine instead of watching over it: one process to signal.
            ["RUNNING_UNDER_SYSTEMD"] = "1",
            // A port mapper of its own, which goes when the server goes.
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{mapper}",
        };
        // Nothing in the folder outlives the test, so there is nothing to close in order.
        var server = NativeServer.Start(folder, NativeServer.As(User, binary), stopSignal: "KILL", last: "epmd -kill", environment);
        await server.UntilAsync(() => SpeaksAsync(port));
        return (server, $"amqp://guest:{Password}@127.0.0.1:{port}/");
    }

    private protected override Task<bool> AnswersAsync(string connectionString) => SpeaksAsync(Endpoint.Port);

    /// <summary>The port opens before the broker takes connections; an AMQP header is answered only when it does.</summary>
    private static async Task<bool> SpeaksAsync(int port)
    {
        using var client = new TcpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            var stream = client.GetStream();
            await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), patience.Token);
            return await stream.ReadAsync(new byte[8], patience.Token) > 0;
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}

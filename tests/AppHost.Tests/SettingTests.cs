using System.Net;
using System.Net.Sockets;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

namespace Trainyard.AppHost.Tests;

/// <summary>Wrong settings: the AppHost starts nothing and prints a line for each.</summary>
[Collection(nameof(RunningAppHost))]
public sealed class SettingTests
{
    [Fact]
    public async Task Each_wrong_setting_is_a_line_that_names_it()
    {
        var (code, output) = await AppHostProcess.RunToEndAsync(
            "--Trainyard:Embedded=yes", "--Trainyard:Port=abc", "--Trainyard:HttpsPort=70000",
            "--Replicas:trainer_worker=-1", "--Replicas:event_ingest=two", "--Replicas:trainr=2",
            "--ConnectionStrings:trials=garbage", "--ConnectionStrings:rabbitmq=localhost", "--ConnectionStrings:redis=,",
            "--Parameters:api-key=too-short");

        Assert.Equal(1, code);
        string[] expected =
        [
            "Trainyard__Embedded must be true or false, not 'yes'.",
            "Trainyard__Port must be a whole number from 1 to 65535, not 'abc'.",
            "Trainyard__HttpsPort must be a whole number from 1 to 65535, not '70000'.",
            "Replicas__event_ingest must be a whole number from 1 to 100, not 'two'.",
            "Replicas__trainer_worker must be a whole number from 1 to 100, not '-1'.",
            "Replicas__trainr names no service with replicas. These are event_ingest, experiment_store, trainer_worker.",
            "ConnectionStrings__trials can't be read. It must be like Host=localhost;Username=postgres;Password=secret.",
            "ConnectionStrings__rabbitmq can't be read. It must be like amqp://user:secret@localhost:5672/.",
            "ConnectionStrings__redis can't be read. It must be like localhost:6379,password=secret.",
            "Parameters__api_key has 9 characters. An API key needs at least 16. "
                + "Choose a longer one, or remove the setting to generate one.",
        ];
        Assert.Equal(
            expected.Select(error => $"Trainyard can't start: {error}"),
            output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Ports_in_use_and_a_missing_certificate_are_lines_that_say_what_to_do()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux are the certificates in the home folder.");
        using var home = new TemporaryFolder();
        using var ours = new TcpListener(IPAddress.Loopback, 0);
        using var aspires = new TcpListener(IPAddress.Loopback, 0);
        var (port, service) = (Take(ours), Take(aspires));

        var (code, output) = await AppHostProcess.RunToEndAsync(
            home,
            $"--Trainyard:Port={port}", "--Trainyard:Https=true", $"--Trainyard:HttpsPort={FreePort.Next()}",
            $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:{service}");

        Assert.Equal(1, code);
        Assert.Collection(
            output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries),
            line => AssertLine($"http://localhost:{port} is in use", "Set Trainyard__Port to another port", line),
            line => AssertLine(
                $"http://localhost:{service} is in use",
                "dotnet run --project AppHost -- --ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:PORT",
                line),
            line => AssertLine("HTTPS needs a development certificate", "dotnet dev-certs https --trust", line));
    }

    private static int Take(TcpListener listener)
    {
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void AssertLine(string error, string remedy, string line)
    {
        Assert.StartsWith($"Trainyard can't start: {error}", line, StringComparison.Ordinal);
        Assert.EndsWith(remedy, line, StringComparison.Ordinal);
    }
}

using System.Net;
using System.Net.Sockets;
using Trainyard.Servers.Processes;

namespace Trainyard.SystemTests;

public sealed class StandaloneStartTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task Says_where_it_listens_where_data_lives_and_what_to_try()
    {
        await using var standalone = await TrainyardProcess.StartAsync("Standalone", Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);

        await client.ReadyAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("Trainyard is ready at http://", standalone.Output, StringComparison.Ordinal);
        Assert.Contains(data.Path, standalone.Output, StringComparison.Ordinal);
        Assert.Contains("/docs", standalone.Output, StringComparison.Ordinal);
        var document = await client.GetAsync("/openapi/v1.json");
        var paths = Assert.IsType<System.Text.Json.Nodes.JsonObject>(document["paths"]);
        Assert.All(["/api/events/ml", "/api/runs/train", "/api/runs/{runId}", "/api/tokenizers/train"], path => Assert.True(paths.ContainsKey(path), path));
    }

    [Fact]
    public async Task Ends_with_one_line_when_its_port_is_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = Assert.IsType<IPEndPoint>(listener.LocalEndpoint).Port;

        await using var standalone = await TrainyardProcess.RunToEndAsync("Standalone", Data(data.Path), "--urls", $"http://127.0.0.1:{port}");

        AssertGaveUp(standalone, $"http://127.0.0.1:{port} is taken");
    }

    [Fact]
    public async Task Ends_with_one_line_when_its_data_folder_cannot_be_made()
    {
        var file = data.File("a-file");
        await File.WriteAllTextAsync(file, "");

        await using var standalone = await TrainyardProcess.RunToEndAsync("Standalone", Data(Path.Combine(file, "data")));

        AssertGaveUp(standalone, "APP__DATA_ROOT");
    }

    [Fact]
    public async Task Refuses_a_data_folder_that_another_process_uses()
    {
        await using var first = await TrainyardProcess.StartAsync("Standalone", Data(data.Path));

        await using var second = await TrainyardProcess.RunToEndAsync("Standalone", Data(data.Path));

        AssertGaveUp(second, data.Path);
        Assert.True(first.IsRunning);
    }

    [Theory]
    [InlineData("--demmo", "--demmo")]
    [InlineData("--SECURITY:API_KEY=short", "SECURITY__API_KEY")]
    public async Task Ends_with_one_line_that_names_a_wrong_setting(string argument, string named)
    {
        await using var standalone = await TrainyardProcess.RunToEndAsync("Standalone", Data(data.Path), argument);

        AssertGaveUp(standalone, named);
    }

    public void Dispose() => data.Dispose();

    internal static Dictionary<string, string> Data(string folder) => new() { ["APP__DATA_ROOT"] = folder };

    private static void AssertGaveUp(TrainyardProcess standalone, string reason)
    {
        Assert.Equal(1, standalone.ExitCode);
        var line = Assert.Single(standalone.Output.Split('\n'), line => line.StartsWith("Trainyard can't start", StringComparison.Ordinal));
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Equal(line, standalone.Output.Trim());
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using StackExchange.Redis;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

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
        Assert.All(
            ["/api/events/ml", "/api/runs/train", "/api/runs/{runId}", "/api/tokenizers/train"],
            path => Assert.True(paths.ContainsKey(path), path));
    }

    [Fact]
    public async Task Ends_with_one_line_when_its_port_is_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = Assert.IsType<IPEndPoint>(listener.LocalEndpoint).Port;

        await using var standalone = await TrainyardProcess.RunToEndAsync(
            "Standalone", Data(data.Path), "--urls", $"http://127.0.0.1:{port}");

        AssertGaveUp(standalone, $"http://127.0.0.1:{port} is in use");
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
    [InlineData("--demmo", "Unrecognized command or argument '--demmo'. See --help.")]
    [InlineData("demo", "'demo'. See --help.")]
    [InlineData("@settings", "'@settings'. See --help.")]
    [InlineData("[suggest]", "'[suggest]'. See --help.")]
    [InlineData("--urls", "Required argument missing for option: '--urls'. See --help.")]
    [InlineData("--SECURITY:API_KEY=short", "SECURITY__API_KEY must have at least 16 characters.")]
    [InlineData("--DATABASE:PROVIDER=oracle", "DATABASE__PROVIDER must be one of Postgres, Sqlite, not 'oracle'.")]
    [InlineData("--SECURITY:CORS_ORIGINS=http://localhost:3000/page", "SECURITY__CORS_ORIGINS")]
    [InlineData("--LOGGING:FORMAT=xml", "LOGGING__FORMAT")]
    [InlineData("--EMBEDDED_REDIS:PORT=many", "EMBEDDED_REDIS__PORT")]
    [InlineData("--EMBEDDED_REDIS:PORT=70000", "EMBEDDED_REDIS__PORT")]
    [InlineData("--EMBEDDED_REDIS:PASSWORD=short", "EMBEDDED_REDIS__PASSWORD")]
    public async Task Ends_with_one_line_that_names_a_wrong_setting(string argument, string named)
    {
        await using var standalone = await TrainyardProcess.RunToEndAsync("Standalone", Data(data.Path), argument);

        AssertGaveUp(standalone, named);
    }

    [Theory]
    [InlineData("", "--demo ", "--urls <URL>", "--SECTION:KEY <V>", "healthcheck ", "backup <FOLDER>", "restore <BACKUP>", "keys ")]
    [InlineData("backup", "<FOLDER>", "--since <BACKUP>", "--data <DIR>", "verify <BACKUP>")]
    [InlineData("restore", "<BACKUP>", "--data <DIR>", "--force ")]
    public async Task The_help_lists_commands_and_options(string command, params string[] expected)
    {
        string[] arguments = command.Length == 0 ? ["--help"] : [command, "--help"];

        await using var standalone = await TrainyardProcess.RunToEndAsync("Standalone", Data(data.Path), arguments);

        Assert.Equal(0, standalone.ExitCode);
        Assert.All(expected, text => Assert.Contains($"  {text}", standalone.Output, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(data.Path));
    }

    [Fact]
    public async Task A_wrong_use_of_keys_has_an_exit_code_of_its_own()
    {
        await using var standalone = await TrainyardProcess.RunToEndAsync("Standalone", Data(data.Path), "keys", "make");

        Assert.Equal(2, standalone.ExitCode);
        Assert.EndsWith("'make'. See --help.", standalone.Output.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_line_is_json_in_a_file_the_demos_too()
    {
        await using var standalone = await TrainyardProcess.StartAsync("Standalone", Data(data.Path), "--demo");
        await Wait.UntilAsync(() => standalone.Output.Contains("demo: ", StringComparison.Ordinal));

        // The last line may be half written.
        Assert.All(standalone.Output.Split('\n')[..^1], line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
    }

    [Fact]
    public async Task Writes_for_people_where_that_is_asked_for()
    {
        var url = $"http://localhost:{FreePort.Next()}";
        await using var standalone = TrainyardProcess.Launch(
            "Standalone", new Dictionary<string, string>(Data(data.Path)) { ["LOGGING__FORMAT"] = "text" }, "--demo", "--urls", url);
        await Wait.UntilAsync(() => standalone.Output.Contains("\ndemo: ", StringComparison.Ordinal));

        Assert.Contains($"\nTrainyard is ready at {url}", standalone.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("{\"timestamp\"", standalone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_knows_port_and_password_reaches_the_embedded_redis()
    {
        var port = FreePort.Next();
        var settings = new Dictionary<string, string>(Data(data.Path))
        {
            ["EMBEDDED_REDIS__PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["EMBEDDED_REDIS__PASSWORD"] = "a-password-of-mine",
        };
        await using (await TrainyardProcess.StartAsync("Standalone", settings))
        await using (var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},password=a-password-of-mine"))
        {
            Assert.True(await redis.GetDatabase().PingAsync() > TimeSpan.Zero);
        }

        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();
        await using var refused = await TrainyardProcess.RunToEndAsync("Standalone", settings);
        AssertGaveUp(refused, "EMBEDDED_REDIS__PORT");
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

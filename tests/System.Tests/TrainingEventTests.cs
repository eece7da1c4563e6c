using System.Diagnostics;
using System.Globalization;
using System.Net;
using StackExchange.Redis;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>What docs/events/README.md tells authors of bots to do.</summary>
public sealed class TrainingEventTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task The_bots_of_the_page_hear_a_run_over_HTTP_and_over_the_embedded_Redis()
    {
        var (port, password) = (FreePort.Next(), "correct-horse-battery");
        await using var standalone = await StartAsync(new()
        {
            ["EMBEDDED_REDIS__PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["EMBEDDED_REDIS__PASSWORD"] = password,
        });
        var address = standalone.Address.ToString().TrimEnd('/');
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},password={password}");
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await redis.GetSubscriber().SubscribeAsync(
            RedisChannel.Literal("trainer:events"), (_, message) => heard.TrySetResult(message.ToString()));
        using var python = Start("/usr/bin/python3", "-u", "-c", Bot("python", address));
        using var node = Start("node", "--input-type=module", "-e", Bot("js", address));
        using var client = new TrainyardClient(standalone.Address);

        var (pythonLine, nodeLine) = (LineAsync(python), LineAsync(node));
        for (var step = 1; !(pythonLine.IsCompleted && nodeLine.IsCompleted); step++)
        {
            Assert.True(step < 600, "The bots hear nothing.");
            // Whether they are connected already can't be seen from outside.
            await client.PostEventsAsync($$$"""{"event":"ml.run.start","trial_id":"bot-{{{step}}}"}""");
            await Task.WhenAny(Task.WhenAll(pythonLine, nodeLine), Task.Delay(100));
        }
        python.Kill();
        node.Kill();

        Assert.StartsWith("trainer.train.started.v1 bot-", await pythonLine, StringComparison.Ordinal);
        Assert.StartsWith("trainer.train.started.v1 bot-", await nodeLine, StringComparison.Ordinal);
        Assert.Contains("\"trainer.train.started.v1\"", await heard.Task.WaitAsync(Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_keys_are_set_a_stream_needs_one()
    {
        await using var standalone = await StartAsync(new()
        {
            ["SECURITY__API_KEY"] = "a-key-for-the-owner",
        });
        using var http = new HttpClient { BaseAddress = standalone.Address };

        using var refused = await http.GetAsync(new Uri("/api/events/stream", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        http.DefaultRequestHeaders.Add("X-Api-Key", "a-key-for-the-owner");
        using var taken = await http.GetAsync(
            new Uri("/api/events/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (taken.StatusCode, taken.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public void The_bots_are_as_short_as_the_page_says()
    {
        Assert.InRange(Block("python").Split('\n').Length, 1, 15);
        Assert.InRange(Block("js").Split('\n').Length, 1, 15);
    }

    private Task<TrainyardProcess> StartAsync(Dictionary<string, string> settings)
    {
        foreach (var (name, value) in StandaloneStartTests.Data(data.Path))
        {
            settings[name] = value;
        }
        return TrainyardProcess.StartReadyAsync("Standalone", settings);
    }

    private static string Bot(string language, string address) =>
        Block(language).Replace("http://localhost:5080", address, StringComparison.Ordinal);

    private static string Block(string language)
    {
        var page = File.ReadAllText(Repository.PathTo("docs", "events", "README.md")).ReplaceLineEndings("\n");
        var start = page.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return page[start..page.IndexOf("\n```", start, StringComparison.Ordinal)];
    }

    private static Process Start(string program, params string[] arguments)
    {
        var installed = program.Contains('/', StringComparison.Ordinal)
            ? File.Exists(program)
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(installed, $"This machine has no {program}.");
        return Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} did not start.");
    }

    private static async Task<string> LineAsync(Process bot) => await bot.StandardOutput.ReadLineAsync() ?? "The bot has ended.";
}

using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>Whatever path a caller writes, nothing outside the folders meant for callers is read or written.</summary>
public sealed class PathContainmentTests : IDisposable
{
    private const string Secret = "the-secret-of-the-neighbour";

    private readonly TemporaryFolder data = new();

    private static string[] Tricks(string secret) =>
    [
        "../secret.txt", "../../secret.txt", "a/../../../secret.txt", secret, "/" + secret, "..\\..\\secret.txt",
        "%2e%2e/%2e%2e/secret.txt", "..%2f..%2fsecret.txt", "%252e%252e%252fsecret.txt",
        "..;/secret.txt", "．．/secret.txt", "..∕..∕secret.txt", "..／..／secret.txt", "..\u2215secret.txt", "link/secret.txt",
        "link", "a\0/../secret.txt", "%00/../../secret.txt", "....//....//secret.txt",
        "file://" + secret, "~/secret.txt", "secret.txt\u202e", "CON", new string('a', 5000), "./../../secret.txt", "\u200b../secret.txt",
    ];

    [Fact]
    public async Task No_path_reaches_what_lies_outside()
    {
        var secret = data.File("secret.txt");
        await File.WriteAllTextAsync(secret, Secret);
        var (home, corpora) = (data.File("home"), data.File("corpora"));
        Directory.CreateDirectory(Path.Combine(home, "artifacts", "models", "r-1"));
        Directory.CreateDirectory(corpora);
        File.CreateSymbolicLink(Path.Combine(home, "artifacts", "models", "r-1", "link"), data.Path);
        File.CreateSymbolicLink(Path.Combine(corpora, "link"), data.Path);
        await using var standalone = await TrainyardProcess.StartReadyAsync(
            "Standalone",
            new Dictionary<string, string>(StandaloneStartTests.Data(home), StringComparer.Ordinal) { ["APP__CORPUS_ROOT"] = corpora });
        using var client = new TrainyardClient(standalone.Address);
        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync("""{"event":"ml.run.start","trial_id":"r-1"}"""));

        foreach (var trick in Tricks(secret))
        {
            var escaped = trick.Contains('%', StringComparison.Ordinal) ? trick : Uri.EscapeDataString(trick);
            await RefusedAsync(client, HttpMethod.Get, $"/api/artifacts/models/r-1/{escaped}", body: null);
            await RefusedAsync(client, HttpMethod.Get, $"/api/artifacts/models/{escaped}", body: null);
            await RefusedAsync(client, HttpMethod.Delete, $"/api/artifacts/models/r-1/{escaped}", body: null);
            await RefusedAsync(client, HttpMethod.Post, "/api/tokenizers/train", new { corpus_path = trick, vocab_size = 300 });
            await RefusedAsync(
                client, HttpMethod.Post, "/api/runs/train", new { tokenizer_id = trick, corpus_path = trick, max_steps = 1 });
            // An address is registered as something elsewhere, and never opened.
            if (!trick.StartsWith("file:", StringComparison.Ordinal))
            {
                await RefusedAsync(client, HttpMethod.Post, "/api/runs/r-1/checkpoints", new { path = trick, step = 1 });
            }
            await RefusedAsync(client, HttpMethod.Post, "/api/runs/r-1/evaluate", new { corpus_path = trick });
            await RefusedAsync(client, HttpMethod.Post, "/api/imports", new { path = trick, format = "trainyard" });
        }

        Assert.Equal(Secret, await File.ReadAllTextAsync(secret));
        Assert.DoesNotContain(Secret, standalone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_stays_below_its_run()
    {
        var home = data.File("home");
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(home));
        using var client = new TrainyardClient(standalone.Address);
        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync("""{"event":"ml.run.start","trial_id":"r-1"}"""));
        Directory.CreateDirectory(Path.Combine(home, "artifacts", "models", "r-1"));
        File.CreateSymbolicLink(Path.Combine(home, "artifacts", "models", "r-1", "link"), data.Path);
        var before = Files();

        foreach (var trick in Tricks(data.File("secret.txt")))
        {
            var escaped = trick.Contains('%', StringComparison.Ordinal) ? trick : Uri.EscapeDataString(trick);
            using var body = new ByteArrayContent([1, 2, 3]);
            using var response = await client.Http.PutAsync($"/api/artifacts/models/r-1/{escaped}", body);
            Assert.True((int)response.StatusCode < 500, $"{trick}: {(int)response.StatusCode}");
        }

        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_name_that_another_site_gave_this_machine_is_not_answered()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.File("home")));
        using var client = new TrainyardClient(standalone.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/runs") { Headers = { Host = "evil.example" } };

        using var foreign = await client.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        Assert.Empty((await client.GetAsync("/api/runs"))["items"]?.AsArray() ?? [null]);
    }

    public void Dispose() => data.Dispose();

    /// <summary>Everything outside the folder that holds the artifacts.</summary>
    private List<string> Files() =>
    [
        .. Directory.EnumerateFileSystemEntries(data.Path, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(data.File("home"), StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    private static async Task RefusedAsync(TrainyardClient client, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }
        using var response = await client.Http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(
            (int)response.StatusCode is >= 400 and < 500, $"{method} {path} {request.Content}: {(int)response.StatusCode} {answer}");
        Assert.DoesNotContain(Secret, answer, StringComparison.Ordinal);
        // What is no address at all is refused before anything of Trainyard's is asked.
        Assert.True(
            answer.Length == 0
                ? response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong
                : JsonNode.Parse(answer)?["code"] is not null,
            $"{path}: {answer}");
    }
}

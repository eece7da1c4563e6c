using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Trainyard.ServiceDefaults;

namespace Trainyard.TokenizerService.Tests;

/// <summary>
/// The service, listening on a free port, with a corpus and a data folder of its own. Started again on the same folders, it goes on.
/// </summary>
internal sealed class TokenizerApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication app;

    private TokenizerApp(WebApplication app)
    {
        this.app = app;
        Http = new() { BaseAddress = new(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public static async Task<TokenizerApp> StartAsync(Folders folders, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["APP:CORPUS_ROOT"] = folders.Corpus;
        builder.Configuration["APP:DATA_ROOT"] = folders.Data;
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }
        builder.AddServiceDefaults();
        builder.AddTokenizerService();
        var service = builder.Build();
        service.MapDefaultEndpoints();
        service.MapTokenizerService();
        await service.StartAsync();
        return new(service);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    public async Task<string> TrainAsync(object config)
    {
        using var response = await Http.PostAsJsonAsync("/api/tokenizers/train", config);
        var body = await JsonOf(response);
        Assert.True((int)response.StatusCode == 202, body.ToJsonString());
        return Text(body, "tokenizer_id");
    }

    public async Task<JsonObject> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return await JsonOf(response);
    }

    public async Task<(int Status, JsonObject Body)> PostAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync(path, body);
        return ((int)response.StatusCode, await JsonOf(response));
    }

    /// <summary>Polls until the tokenizer's answer is as wanted.</summary>
    public async Task<JsonObject> WaitAsync(string tokenizerId, Func<JsonObject, bool> isWanted)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            var tokenizer = await GetAsync($"/api/tokenizers/{tokenizerId}");
            if (isWanted(tokenizer))
            {
                return tokenizer;
            }
            Assert.True(DateTime.UtcNow < deadline, $"Not as wanted within {Patience}: {tokenizer.ToJsonString()}");
            await Task.Delay(10);
        }
    }

    public Task<JsonObject> WaitUntilTrainedAsync(string tokenizerId) =>
        WaitAsync(tokenizerId, tokenizer => Text(tokenizer, "status") is "completed" or "failed");

    public static string Text(JsonNode? node, string member) =>
        node?[member]?.GetValue<string>() ?? throw new InvalidDataException($"No {member} in {node}");

    private static async Task<JsonObject> JsonOf(HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonObject>() ?? throw new InvalidDataException("The answer is null.");
}

/// <summary>A corpus folder with some text in it, and a data folder.</summary>
internal sealed class Folders : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("tokenizer-service-");

    public Folders()
    {
        Directory.CreateDirectory(Corpus);
        Write("small/one.txt", "the cat sat on the mat\nthe cat ate the rat\n");
        Write("small/two.txt", "the rat ran from the cat\n");
    }

    public string Corpus => Path.Combine(root.FullName, "corpus");

    public string Data => Path.Combine(root.FullName, "data");

    public string Outside => root.FullName;

    public string Artifact(string tokenizerId, string file) => Path.Combine(Data, "artifacts", "tokenizers", tokenizerId, file);

    public string Write(string relativePath, string text)
    {
        var path = Path.Combine(Corpus, relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Corpus);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Enough different words that training takes a while: about eight megabytes.</summary>
    public void WriteLargeCorpus()
    {
        var random = new Random(1);
        using var file = File.CreateText(Write("large.txt", ""));
        for (var line = 0; line < 100_000; line++)
        {
            file.WriteLine(string.Join(' ', Enumerable.Range(0, 8).Select(_ => random.NextInt64(1L << 40).ToString("x"))));
        }
    }

    public void Dispose() => root.Delete(recursive: true);
}

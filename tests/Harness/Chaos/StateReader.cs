using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Chaos;

/// <summary>Reads what is stored, over HTTP, and what is published, from the shared folder.</summary>
internal sealed class StateReader(TrainyardClient client, string artifacts)
{
    public async Task<FinalState> ReadAsync(IEnumerable<string> outside, IEnumerable<string> own)
    {
        var (outsideRuns, ownRuns) = (new List<OutsideRun>(), new List<OwnRun>());
        foreach (var run in outside.Where(run => run.Length > 0))
        {
            if (await FindAsync(run) is { } detail)
            {
                outsideRuns.Add(new(
                    run, TrainyardClient.Text(detail, "status"),
                    await PointsAsync(run, "value", "&attempt=all"), await PointsAsync(run, "value", ""), await LinesAsync(run),
                    FromSteps(detail, from: 2)));
            }
        }
        foreach (var run in own)
        {
            if (await FindAsync(run) is { } detail)
            {
                ownRuns.Add(await OwnAsync(run, detail));
            }
        }
        return new(outsideRuns, ownRuns);
    }

    /// <returns>Null when there is no such run.</returns>
    public async Task<JsonObject?> FindAsync(string run)
    {
        var path = $"/api/runs/{run}";
        using var response = await client.Http.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode is HttpStatusCode.NotFound ? null : await client.GetAsync(path);
    }

    /// <summary>Without attempts that ended before they said where they go on from: they took nothing over.</summary>
    private static Dictionary<int, long> FromSteps(JsonObject detail, int from) => (detail["attempts"]?.AsArray() ?? [])
        .Select(one => (Number: one?["number"]?.GetValue<int>() ?? 0, Step: one?["from_step"]?.GetValue<long>() ?? -1))
        .Where(one => one.Number >= from && one.Step >= 0)
        .ToDictionary(one => one.Number, one => one.Step);

    private async Task<OwnRun> OwnAsync(string run, JsonObject detail)
    {
        var folder = Path.Combine(artifacts, "models", run);
        var manifestFile = Path.Combine(folder, "manifest.json");
        var manifest = File.Exists(manifestFile) ? JsonNode.Parse(await File.ReadAllTextAsync(manifestFile)) : null;
        var registered = (await client.GetAsync($"/api/artifacts/models/{run}"))["registered"]?.AsArray() ?? [];
        var files = (manifest?["artifacts"]?.AsArray() ?? []).Select(one => Published(one?["name"], one?["sha256"]))
            .Concat(registered.Select(one => Published(one?["path"], one?["sha256"])));
        var checkpoints = (await client.GetAsync($"/api/runs/{run}/checkpoints?limit=1000"))["items"]?.AsArray() ?? [];
        var folders = Path.Combine(folder, "checkpoints");
        return new(
            run,
            TrainyardClient.Text(detail, "status"),
            detail["attempt"]?.GetValue<int>() ?? 0,
            FromSteps(detail, from: 1),
            await PointsAsync(run, "train_loss", "&attempt=all"),
            await PointsAsync(run, "train_loss", ""),
            OwnTraining.LogEvery,
            manifest?["attempt"]?.GetValue<int>(),
            [.. files],
            [.. Directory.Exists(folders) ? Directory.GetDirectories(folders).Select(path => $"checkpoints/{Path.GetFileName(path)}") : []],
            [.. checkpoints.Select(one => one?["path"]?.GetValue<string>() ?? "")]);

        PublishedFile Published(JsonNode? name, JsonNode? sha256)
        {
            var path = name?.GetValue<string>() ?? "";
            return new(path, sha256?.GetValue<string>(), HashOf(Path.Combine(folder, path)));
        }
    }

    private static string? HashOf(string path)
    {
        if (!File.Exists(path))
        {
            return Directory.Exists(path) ? "a folder" : null;
        }
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private async Task<IReadOnlyList<StoredPoint>> PointsAsync(string run, string series, string which)
    {
        var history = await client.GetAsync($"/api/runs/{run}/metrics?keys={series}&max_points=100000{which}");
        return [.. (history["series"]?.AsArray() is [{ } only, ..] ? only["points"]?.AsArray() : null)?.Select(point => new StoredPoint(
            point?["step"]?.GetValue<long>() ?? -1, NumberOf(point?["value"]), point?["attempt"]?.GetValue<int>())) ?? []];
    }

    private static double NumberOf(JsonNode? value) => double.Parse($"{value}", CultureInfo.InvariantCulture);

    /// <summary>The lines that jobs wrote; the store adds some of its own.</summary>
    private async Task<IReadOnlyList<string>> LinesAsync(string run)
    {
        var lines = new List<string>();
        for (var after = 0L; ;)
        {
            var tail = await client.GetAsync($"/api/runs/{run}/logs?limit=10000&after={after}");
            if (tail["logs"] is not JsonArray { Count: > 0 } page)
            {
                return lines.FindAll(line => line.StartsWith($"{run}:", StringComparison.Ordinal));
            }
            lines.AddRange(page.Select(line => $"{line?["message"]}"));
            after = tail["next"]?.GetValue<long>() ?? 0;
        }
    }
}

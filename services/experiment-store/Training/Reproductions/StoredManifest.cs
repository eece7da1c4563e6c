using System.Text.Json;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Training.Reproductions;

/// <summary>What a run's <c>manifest.json</c> says of its data, software, machine and weights.</summary>
internal sealed class StoredManifest
{
    private const string Weights = "model.safetensors";

    private readonly JsonElement root;

    private StoredManifest(JsonElement root) => this.root = root;

    /// <summary>Threads it was trained with; null if it does not say.</summary>
    public int? Threads =>
        Member(root, "machine") is { } machine && Member(machine, "threads") is { ValueKind: JsonValueKind.Number } threads
            ? threads.GetInt32()
            : null;

    /// <summary>Whether the text it was trained on is known.</summary>
    public bool KnowsData => Member(root, "data") is { } data && Member(data, "fingerprint") is not null;

    /// <summary>SHA-256 of its weights; null if it has none.</summary>
    public string? WeightsHash => Member(root, "artifacts") is { ValueKind: JsonValueKind.Array } artifacts
        ? artifacts.EnumerateArray().Where(file => Text(file, "name") == Weights).Select(file => Text(file, "sha256")).FirstOrDefault()
        : null;

    /// <summary>Reads a run's manifest; null without one that can be read.</summary>
    public static StoredManifest? Read(AppPaths paths, string runId)
    {
        var file = paths.ResolveArtifact("models", runId, "manifest.json");
        if (!File.Exists(file))
        {
            return null;
        }
        try
        {
            var read = JsonElement.Parse(File.ReadAllBytes(file));
            return read.ValueKind is JsonValueKind.Object ? new(read) : null;
        }
        catch (JsonException)
        {
            // Still being written, or damaged: both count as not there.
            return null;
        }
    }

    /// <summary>Versions, plugin, commit and machine, by name.</summary>
    public IReadOnlyDictionary<string, string> Surroundings()
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in (string[])["versions", "plugin", "machine"])
        {
            if (Member(root, group) is { ValueKind: JsonValueKind.Object } members)
            {
                foreach (var member in members.EnumerateObject())
                {
                    found[$"{group}.{member.Name}"] = member.Value.ToString();
                }
            }
        }
        if (Text(root, "git_commit") is { } commit)
        {
            found["git_commit"] = commit;
        }
        return found;
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}

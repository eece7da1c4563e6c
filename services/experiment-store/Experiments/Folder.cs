using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Experiments;

/// <summary>The path of a folder of experiments, such as <c>nlp/ablation</c>; empty is the top. Folders exist by being named.</summary>
internal static class Folder
{
    private const int MaxCharacters = 256;
    private const int MaxDepth = 10;

    /// <summary>The path without empty parts and outer spaces.</summary>
    /// <returns>Null when it is none.</returns>
    public static string? Normalize(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return path.Length <= MaxCharacters && parts.Length <= MaxDepth && parts.All(part => part is not ("." or "..") && !part.Any(char.IsControl) && Storage.StorableText.IsClean(part))
            ? string.Join('/', parts)
            : null;
    }

    public static Problem Problem(string field) =>
        new(field, $"must be a path such as nlp/ablation, of at most {MaxDepth} parts and {MaxCharacters} characters, without control characters, '.' and '..'");

    /// <summary>The tree of these folders, each with what lies in it.</summary>
    public static FolderView Tree(IReadOnlyDictionary<string, int> experiments)
    {
        var byParent = experiments.Keys.SelectMany(Above).Distinct(StringComparer.Ordinal).ToLookup(Parent, StringComparer.Ordinal);
        return View("");

        FolderView View(string path)
        {
            var folders = byParent[path].Order(StringComparer.Ordinal).Select(View).ToList();
            var own = experiments.GetValueOrDefault(path);
            return new(path, path[(path.LastIndexOf('/') + 1)..], own, own + folders.Sum(folder => folder.Total), folders);
        }
    }

    /// <summary>A folder and those it lies in, but for the top.</summary>
    private static IEnumerable<string> Above(string path)
    {
        for (; path.Length > 0; path = Parent(path))
        {
            yield return path;
        }
    }

    private static string Parent(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}

/// <param name="Path">From the top; empty for the top itself.</param>
/// <param name="Name">The last part of the path.</param>
/// <param name="Experiments">How many lie in it.</param>
/// <param name="Total">Likewise, with those in the folders below.</param>
/// <param name="Folders">Those right below it.</param>
internal sealed record FolderView(string Path, string Name, int Experiments, int Total, IReadOnlyList<FolderView> Folders);

using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Experiments;

/// <summary>
/// The path of an experiment folder, such as <c>nlp/ablation</c>; empty is the top level. A folder exists while an experiment names it.
/// </summary>
internal static class Folder
{
    private const int MaxCharacters = 256;
    private const int MaxDepth = 10;

    /// <summary>Removes empty parts and the spaces around each part.</summary>
    /// <returns>Null if the path is invalid.</returns>
    public static string? Normalize(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return path.Length <= MaxCharacters && parts.Length <= MaxDepth
            && parts.All(part => part is not ("." or "..") && !part.Any(char.IsControl) && Storage.StorableText.IsClean(part))
            ? string.Join('/', parts)
            : null;
    }

    public static Problem Problem(string field) =>
        new(field, $"must be a path such as nlp/ablation, of at most {MaxDepth} parts and {MaxCharacters} characters, "
            + "without control characters, '.' and '..'");

    /// <summary>Builds the folder tree from the number of experiments by path.</summary>
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

    /// <summary>A folder and its ancestors, without the top level.</summary>
    private static IEnumerable<string> Above(string path)
    {
        for (; path.Length > 0; path = Parent(path))
        {
            yield return path;
        }
    }

    private static string Parent(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}

/// <summary>A folder of experiments.</summary>
/// <param name="Path">Path from the top level; empty for the top level itself.</param>
/// <param name="Name">The last part of the path.</param>
/// <param name="Experiments">Number of experiments directly in it.</param>
/// <param name="Total">Number of experiments in it and in all folders below.</param>
/// <param name="Folders">Its direct subfolders.</param>
internal sealed record FolderView(string Path, string Name, int Experiments, int Total, IReadOnlyList<FolderView> Folders);

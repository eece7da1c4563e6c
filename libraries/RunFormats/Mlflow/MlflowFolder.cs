using Trainyard.Contracts;

namespace Trainyard.RunFormats.Mlflow;

/// <summary>An experiment's or a run's folder and what its <c>meta.yaml</c> says.</summary>
internal sealed record MlflowEntry(string Folder, MetaFile Meta)
{
    public string Name => Path.GetFileName(Folder);

    public bool IsDeleted => Meta.Text("lifecycle_stage") == "deleted";
}

/// <summary>
/// The layout of MLflow's file store: <c>EXPERIMENT/meta.yaml</c>, <c>EXPERIMENT/RUN/meta.yaml</c>, and below a run the folders
/// <c>metrics</c>, <c>params</c>, <c>tags</c> and <c>artifacts</c>. Links are not followed anywhere.
/// </summary>
internal static class MlflowFolder
{
    public const string Trash = ".trash";

    // Folders of an experiment that are no runs.
    private static readonly string[] Others = ["tags", "datasets", "models", "traces"];

    private static readonly EnumerationOptions Direct = new() { AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>The store in a folder: the folder itself, its <c>mlruns</c>, or one of them a level deeper, as in archives.</summary>
    public static string? Find(string folder) =>
        Folders(folder).Prepend(folder).SelectMany(place => (string[])[place, Path.Combine(place, "mlruns")])
            .FirstOrDefault(place => Directory.Exists(place) && IsStore(place));

    public static IEnumerable<string> Folders(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder, "*", Direct).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The folders of experiments. A store of one experiment is that experiment's own folder.</summary>
    public static IEnumerable<string> Experiments(string store) => HasMeta(store)
        ? [store]
        : Folders(store).Where(folder => Path.GetFileName(folder) != Trash && HasMeta(folder));

    public static IEnumerable<string> Runs(string experiment) =>
        Folders(experiment).Where(folder => !Others.Contains(Path.GetFileName(folder), StringComparer.Ordinal) && HasMeta(folder));

    public static long Bytes(string folder) => MlflowFiles.In(folder).Sum(entry => entry.File.Length);

    /// <summary>Reads a <c>meta.yaml</c>; null, with a notice, if it is malformed.</summary>
    public static MlflowEntry? Read(string folder, string what, string[] ids, SourceReport report)
    {
        try
        {
            var meta = MetaFile.Read(Path.Combine(folder, MetaFile.FileName));
            if (ids.Any(id => meta.Text(id) is { } given && Identifier.IsValid(given)))
            {
                return new(folder, meta);
            }
            report.Skip(what, $"their {MetaFile.FileName} has no valid id", Path.GetFileName(folder));
        }
        catch (InvalidDataException wrong)
        {
            report.Skip(what, $"their {MetaFile.FileName} can't be read: {wrong.Message}", Path.GetFileName(folder));
        }
        return null;
    }

    private static bool IsStore(string folder) => !MlflowFiles.IsLink(folder) && (Directory.Exists(Path.Combine(folder, Trash))
        ? Folders(folder).Any()
        : Experiments(folder).Any(experiment => IsExperiment(experiment)));

    private static bool IsExperiment(string folder)
    {
        try
        {
            var meta = MetaFile.Read(Path.Combine(folder, MetaFile.FileName));
            return meta.Text("experiment_id") is not null && meta.Text("run_id") is null && meta.Text("run_uuid") is null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static bool HasMeta(string folder) =>
        new FileInfo(Path.Combine(folder, MetaFile.FileName)) is { Exists: true, LinkTarget: null, Length: > 0 };
}

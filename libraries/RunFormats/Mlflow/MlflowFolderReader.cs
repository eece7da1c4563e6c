using System.Runtime.CompilerServices;
using Trainyard.Contracts;

namespace Trainyard.RunFormats.Mlflow;

/// <summary>
/// Reads a folder <c>mlruns</c>, as MLflow's file store writes it. Deleted experiments and runs are left out. The files of runs are those
/// in their own folders: wherever else their <c>artifact_uri</c> points is not followed.
/// </summary>
public sealed class MlflowFolderReader : RunReader
{
    private const int MaxTagCharacters = 65_536;
    private static readonly string[] RunIds = ["run_id", "run_uuid"];

    private readonly string store;

    private MlflowFolderReader(string store) => this.store = store;

    /// <inheritdoc/>
    public override bool ExperimentsAreNamed => true;

    /// <summary>Opens the store in a folder: the folder itself, its <c>mlruns</c>, or one of them a level deeper.</summary>
    /// <returns>Null if there is none.</returns>
    public static MlflowFolderReader? Open(string folder) => MlflowFolder.Find(folder) is { } store ? new(store) : null;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<SourceEvent> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BytesTotal = MlflowFolder.Bytes(store);
        foreach (var trashed in MlflowFolder.Folders(Path.Combine(store, MlflowFolder.Trash)))
        {
            Report.Skip("deleted experiments", "restore them in MLflow to import them", Path.GetFileName(trashed));
            BytesRead += MlflowFolder.Bytes(trashed);
        }
        foreach (var folder in MlflowFolder.Experiments(store))
        {
            if (MlflowFolder.Read(folder, "experiments", ["experiment_id"], Report) is not { } experiment)
            {
                continue;
            }
            if (experiment.IsDeleted)
            {
                Report.Skip("deleted experiments", "restore them in MLflow to import them", experiment.Name);
                continue;
            }
            Announce(experiment);
            foreach (var runFolder in MlflowFolder.Runs(folder))
            {
                await foreach (var item in RunAsync(experiment, runFolder, cancellationToken))
                {
                    yield return item;
                }
            }
        }
        BytesRead = BytesTotal;
    }

    private void Announce(MlflowEntry experiment)
    {
        var (id, tags) = (experiment.Meta.Text("experiment_id") ?? experiment.Name, Texts(experiment, "tags", MaxTagCharacters));
        Experiments.Enqueue(MlflowEvents.Experiment(
            id, experiment.Meta.Text("name") ?? id, experiment.Meta.Number("creation_time"), tags));
        if (MlflowFolder.Folders(Path.Combine(experiment.Folder, "models")).Any())
        {
            Report.Ignore("logged models");
        }
        if (MlflowFolder.Folders(Path.Combine(experiment.Folder, "traces")).Any())
        {
            Report.Ignore("traces of experiments");
        }
    }

    private async IAsyncEnumerable<SourceEvent> RunAsync(
        MlflowEntry experiment, string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (MlflowFolder.Read(folder, "runs", RunIds, Report) is not { } entry)
        {
            yield break;
        }
        if (entry.IsDeleted)
        {
            Report.Skip("deleted runs", "restore them in MLflow to import them", entry.Name);
            yield break;
        }
        var before = BytesRead;
        var meta = entry.Meta;
        var run = new MlflowRun
        {
            RunId = RunIds.Select(meta.Text).OfType<string>().First(id => Identifier.IsValid(id)),
            ExperimentId = experiment.Meta.Text("experiment_id") ?? experiment.Name,
            Name = meta.Text("run_name"),
            Status = meta.Text("status"),
            StartTime = meta.Number("start_time"),
            EndTime = meta.Number("end_time"),
            UserId = meta.Text("user_id"),
            Params = Texts(entry, "params", MlflowEvents.MaxParamCharacters + 1),
            Tags = Texts(entry, "tags", MaxTagCharacters),
        };
        var events = new MlflowEvents(run, Report);
        yield return events.Start();
        // A pipe has the length 0, and opening it would wait for another program.
        foreach (var (key, file) in MlflowFiles.In(Path.Combine(folder, "metrics")).Where(metric => metric.File.Length > 0))
        {
            await foreach (var item in PointsAsync(events, run.RunId, key, file, cancellationToken))
            {
                yield return item;
            }
            BytesRead += file.Length;
        }
        foreach (var (path, file) in MlflowFiles.In(Path.Combine(folder, "artifacts")))
        {
            yield return events.Artifact(path, file);
            BytesRead += file.Length;
        }
        if (MlflowFolder.Folders(Path.Combine(folder, "inputs")).Any())
        {
            Report.Ignore("data sets of runs");
        }
        yield return events.End();
        BytesRead = before + MlflowFolder.Bytes(folder);
    }

    private async IAsyncEnumerable<SourceEvent> PointsAsync(
        MlflowEvents events, string runId, string key, FileInfo file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shown = $"{runId}/metrics/{key}";
        await using var lines = MetricLines.ReadAsync(file.FullName, key, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(lines, shown))
        {
            if (lines.Current is { } point)
            {
                if (events.Point(point, shown) is { } item)
                {
                    yield return item;
                }
            }
            else
            {
                events.Pass(key);
                Report.LeaveOut("a line has a time, a value and a step", "that", key, shown);
            }
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<MlflowPoint?> lines, string shown)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (InvalidDataException wrong)
        {
            Report.Skip("files of metrics from a place on", wrong.Message, shown);
            return false;
        }
    }

    /// <summary>The texts of the files in a folder, by their names. A longer text is cut.</summary>
    private static Dictionary<string, string> Texts(MlflowEntry entry, string folder, int maxCharacters)
    {
        var buffer = new char[maxCharacters];
        return MlflowFiles.In(Path.Combine(entry.Folder, folder)).ToDictionary(item => item.Path, item =>
        {
            if (item.File.Length == 0)
            {
                return "";
            }
            using var text = new StreamReader(item.File.FullName);
            return new string(buffer, 0, text.ReadBlock(buffer, 0, maxCharacters));
        }, StringComparer.Ordinal);
    }
}

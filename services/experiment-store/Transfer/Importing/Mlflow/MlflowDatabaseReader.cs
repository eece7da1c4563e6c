using System.Runtime.CompilerServices;
using Trainyard.Contracts;
using Trainyard.FilePaths;
using Trainyard.RunFormats;
using Trainyard.RunFormats.Mlflow;

namespace Trainyard.ExperimentStore.Transfer.Importing.Mlflow;

/// <summary>Reads an MLflow database. Deleted experiments and runs are left out.</summary>
/// <param name="tables">The database, which is closed at the end.</param>
/// <param name="artifacts">The folder with the files of its runs; null for none.</param>
internal sealed class MlflowDatabaseReader(MlflowTables tables, string? artifacts) : RunReader
{
    private const int RunsPerPage = 200;
    private const string Deleted = "deleted";
    private const string Restore = "restore them in MLflow to import them";

    public override bool ExperimentsAreNamed => true;

    /// <exception cref="Trainyard.Contracts.Errors.TrainyardException">The database can't be read.</exception>
    public override async IAsyncEnumerable<SourceEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var closed = tables;
        await using var events = AllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(events))
        {
            yield return events.Current;
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<SourceEvent> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception exception) when (MlflowFaults.IsOfSource(exception))
        {
            throw MlflowFaults.Of(exception);
        }
    }

    private async IAsyncEnumerable<SourceEvent> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await tables.RequireTablesAsync(cancellationToken);
        BytesTotal = await tables.BytesAsync(cancellationToken);
        var experiments = await ActiveAsync(cancellationToken);
        var (count, done, after) = (await tables.RunCountAsync(cancellationToken), 0L, "");
        while (await tables.RunsAsync(after, RunsPerPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var run in page)
            {
                if (IsUsable(run, experiments))
                {
                    await foreach (var item in RunAsync(run, cancellationToken))
                    {
                        yield return item;
                    }
                }
                done++;
                BytesRead = (long)((double)BytesTotal * Math.Min(done, count) / Math.Max(count, 1));
            }
            after = page[^1].Id;
        }
        await IgnoreAsync("inputs", "input_uuid", "inputs of runs, such as data sets", cancellationToken);
        await IgnoreAsync("logged_models", "model_id", "logged models", cancellationToken);
        await IgnoreAsync("trace_info", "request_id", "traces", cancellationToken);
        BytesRead = BytesTotal;
    }

    private async Task<HashSet<string>> ActiveAsync(CancellationToken cancellationToken)
    {
        var active = new HashSet<string>(StringComparer.Ordinal);
        foreach (var experiment in await tables.ExperimentsAsync(cancellationToken))
        {
            if (!Identifier.IsValid(experiment.Id) || experiment.Name.Length == 0)
            {
                Report.Skip("experiments", $"an id {Identifier.Rule}, and a name is not empty", experiment.Id);
            }
            else if (experiment.Stage == Deleted)
            {
                Report.Skip("deleted experiments", Restore, experiment.Name);
            }
            else
            {
                var tags = await tables.TagsOfExperimentAsync(experiment.Id, cancellationToken);
                Experiments.Enqueue(MlflowEvents.Experiment(experiment.Id, experiment.Name, experiment.Created, tags));
                active.Add(experiment.Id);
            }
        }
        return active;
    }

    private bool IsUsable(RunRow run, HashSet<string> experiments)
    {
        if (!Identifier.IsValid(run.Id))
        {
            Report.Skip("runs", $"an id {Identifier.Rule}", run.Id);
        }
        else if (run.Stage == Deleted)
        {
            Report.Skip("deleted runs", Restore, run.Id);
        }
        else
        {
            return experiments.Contains(run.ExperimentId);
        }
        return false;
    }

    private async IAsyncEnumerable<SourceEvent> RunAsync(RunRow row, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = new MlflowEvents(
            new()
            {
                RunId = row.Id,
                ExperimentId = row.ExperimentId,
                Name = row.Name,
                Status = row.Status,
                StartTime = row.Start,
                EndTime = row.End,
                UserId = row.User,
                Params = await tables.PairsAsync("params", row.Id, cancellationToken),
                Tags = await tables.PairsAsync("tags", row.Id, cancellationToken),
            },
            Report);
        yield return events.Start();
        await foreach (var point in tables.PointsAsync(row, cancellationToken))
        {
            if (events.Point(point) is { } item)
            {
                yield return item;
            }
        }
        foreach (var (path, file) in Files(row))
        {
            yield return events.Artifact(path, file);
        }
        yield return events.End();
    }

    private IEnumerable<(string Path, FileInfo File)> Files(RunRow run) =>
        artifacts is not null && ContainedPath.Resolve(artifacts, Path.Combine(run.ExperimentId, run.Id, "artifacts")) is { } folder
            ? MlflowFiles.In(folder)
            : [];

    private async Task IgnoreAsync(string table, string column, string what, CancellationToken cancellationToken)
    {
        if (await tables.CountAsync(table, column, cancellationToken) > 0)
        {
            Report.Ignore(what);
        }
    }
}

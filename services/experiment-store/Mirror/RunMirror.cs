using System.Text.Json;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>Brings the copy of one run on the MLflow server up to date. Its end is sent last.</summary>
internal sealed class RunMirror(
    MirrorSource source, MlflowServer server, RemoteExperiments experiments, MirrorRecord record, MirroredFiles files,
    IOptions<MirrorOptions> options, ILogger<RunMirror> logger)
{
    private const string MarkTag = "trainyard.mirror";
    private const string RunTag = "trainyard.run_id";

    /// <exception cref="MirrorUnavailableException">The server can't be reached; what it has confirmed is recorded.</exception>
    public async Task UpdateAsync(string runId, CancellationToken cancellationToken)
    {
        if (await source.RunAsync(runId, cancellationToken) is not { } run)
        {
            return;
        }
        var mirrored = run.Known is { } known && known.Server == options.Value.Server
            ? known
            : await record.BeginAsync(runId, options.Value.Server, cancellationToken);
        run = run.Known == mirrored ? run : run with { Sent = new Dictionary<long, MirroredSeries>() };
        if (mirrored.Failure is not null)
        {
            return;
        }
        try
        {
            var remoteId = mirrored.RemoteId ?? await CreateAsync(run, mirrored, cancellationToken);
            await SendParamsAsync(run, mirrored, remoteId, cancellationToken);
            await SendTagsAsync(run, mirrored, remoteId, cancellationToken);
            await new MirroredPoints(run, remoteId, server, source, record).SendAsync(cancellationToken);
            await files.SendAsync(run.Run, mirrored, cancellationToken);
            await SendStateAsync(run.Run, mirrored, remoteId, cancellationToken);
        }
        catch (MirrorRefusedException refused) when (refused.Code == MlflowError.PermissionDenied)
        {
            throw new MirrorUnavailableException($"it answered {refused.Message}", refused);
        }
        catch (MirrorRefusedException refused)
        {
            logger.LogWarning("The MLflow server (MLFLOW__TRACKING_URI) refused run {RunId}, which is no longer sent: {Fault}",
                runId, refused.Message);
            await record.SaveAsync(mirrored, row => row.Failure = refused.Message, cancellationToken);
            await record.WarnAsync(run.Run, $"The run is no longer logged to MLflow, which answered {refused.Message}", cancellationToken);
        }
    }

    /// <summary>Creates the run, or finds the one that an earlier request without an answer has created.</summary>
    private async Task<string> CreateAsync(RunToMirror run, MirroredRun mirrored, CancellationToken cancellationToken)
    {
        var name = run.Experiment ?? options.Value.Experiment;
        var experimentId = await experiments.IdOfAsync(name, cancellationToken);
        JsonElement info;
        try
        {
            info = await FindAsync(experimentId, mirrored.Mark, cancellationToken)
                ?? (await server.PostAsync("runs/create", new
                {
                    experiment_id = experimentId,
                    run_name = run.Run.Name,
                    start_time = (run.Run.StartedAt ?? run.Run.CreatedAt).ToUnixTimeMilliseconds(),
                    tags = (KeyValue[])[new(MarkTag, mirrored.Mark), new(RunTag, run.Run.Id), new(RunTags.Name, run.Run.Name)],
                }, cancellationToken)).GetProperty("run").GetProperty("info");
        }
        catch (MirrorRefusedException)
        {
            // Somebody may have deleted the experiment since its id was read.
            experiments.Forget(name);
            throw;
        }
        var remoteId = info.GetProperty("run_id").GetString()
            ?? throw new MirrorUnavailableException("its answer has no run_id, so it is no MLflow server");
        var artifacts = info.TryGetProperty("artifact_uri", out var uri) ? uri.GetString() : null;
        await record.CreatedAsync(mirrored, remoteId, artifacts, server.PageOf(experimentId, remoteId), cancellationToken);
        return remoteId;
    }

    private async Task<JsonElement?> FindAsync(string experimentId, string mark, CancellationToken cancellationToken)
    {
        var found = await server.PostAsync("runs/search", new
        {
            experiment_ids = (string[])[experimentId],
            filter = $"tags.`{MarkTag}` = '{mark}'",
            run_view_type = "ALL",
            max_results = 1,
        }, cancellationToken);
        return found.TryGetProperty("runs", out var runs) && runs.GetArrayLength() > 0 ? runs[0].GetProperty("info") : null;
    }

    private async Task SendParamsAsync(RunToMirror run, MirroredRun mirrored, string remoteId, CancellationToken cancellationToken)
    {
        var sent = JsonSerializer.Deserialize<List<string>>(mirrored.Params) ?? [];
        var all = run.Params.Select(param => new KeyValue(MirrorNames.Of(param.Name), param.Text)).ToList();
        if (run.Run.SpectralNorm is { } norm && !all.Exists(param => param.Key == "spectral_norm"))
        {
            all.Add(new("spectral_norm", norm ? "true" : "false"));
        }
        foreach (var batch in all.ExceptBy(sent, param => param.Key, StringComparer.Ordinal).Chunk(MlflowLimits.MaxParamsPerBatch))
        {
            try
            {
                await server.PostAsync("runs/log-batch", new { run_id = remoteId, @params = batch }, cancellationToken);
            }
            catch (MirrorRefusedException refused) when (refused.Code == MlflowError.InvalidParameterValue)
            {
                await SendOneByOneAsync(run.Run, batch, remoteId, cancellationToken);
            }
            sent.AddRange(batch.Select(param => param.Key));
            await record.SaveAsync(mirrored, row => row.Params = JsonSerializer.Serialize(sent), cancellationToken);
        }
    }

    /// <summary>Sends the parameters of a refused batch. One that MLflow has with another value keeps that value.</summary>
    private async Task SendOneByOneAsync(Run run, KeyValue[] batch, string remoteId, CancellationToken cancellationToken)
    {
        foreach (var (key, value) in batch)
        {
            try
            {
                await server.PostAsync("runs/log-parameter", new { run_id = remoteId, key, value }, cancellationToken);
            }
            catch (MirrorRefusedException refused) when (refused.Code == MlflowError.InvalidParameterValue)
            {
                await record.WarnAsync(run, $"The param {key} is not in MLflow, which answered {refused.Message}", cancellationToken);
            }
        }
    }

    private async Task SendTagsAsync(RunToMirror run, MirroredRun mirrored, string remoteId, CancellationToken cancellationToken)
    {
        var sent = JsonSerializer.Deserialize<Dictionary<string, string>>(mirrored.Tags) ?? [];
        var wanted = run.Tags.Where(tag => tag.Name is not (RunTags.Name or RunTags.Note or MarkTag or RunTag))
            .ToDictionary(tag => MirrorNames.Of(tag.Name), tag => tag.Value, StringComparer.Ordinal);
        if (run.Run.Notes is { } notes)
        {
            wanted[RunTags.Note] = RunTags.Cut(notes, MlflowLimits.MaxTagCharacters);
        }
        var changed = wanted.Where(tag => sent.GetValueOrDefault(tag.Key) != MirrorNames.Hash(tag.Value))
            .Select(tag => new KeyValue(tag.Key, tag.Value));
        foreach (var batch in changed.Chunk(MlflowLimits.MaxTagsPerBatch))
        {
            await server.PostAsync("runs/log-batch", new { run_id = remoteId, tags = batch }, cancellationToken);
            foreach (var (key, value) in batch)
            {
                sent[key] = MirrorNames.Hash(value);
            }
            await record.SaveAsync(mirrored, row => row.Tags = JsonSerializer.Serialize(sent), cancellationToken);
        }
        foreach (var key in sent.Keys.Except(wanted.Keys, StringComparer.Ordinal).ToList())
        {
            await DeleteTagAsync(remoteId, key, cancellationToken);
            sent.Remove(key);
            await record.SaveAsync(mirrored, row => row.Tags = JsonSerializer.Serialize(sent), cancellationToken);
        }
    }

    private async Task DeleteTagAsync(string remoteId, string key, CancellationToken cancellationToken)
    {
        try
        {
            await server.PostAsync("runs/delete-tag", new { run_id = remoteId, key }, cancellationToken);
        }
        catch (MirrorRefusedException refused) when (refused.Code == MlflowError.ResourceDoesNotExist)
        {
            // An earlier request, or somebody there, has deleted it.
        }
    }

    private async Task SendStateAsync(Run run, MirroredRun mirrored, string remoteId, CancellationToken cancellationToken)
    {
        // A run that is queued again counts as running: MLflow's servers schedule nothing.
        var status = RunStatuses.Of(run.Status) is var word && word == "SCHEDULED" ? "RUNNING" : word;
        var end = run.EndedAt?.ToUnixTimeMilliseconds();
        var state = FormattableString.Invariant($"{status} {end} {MirrorNames.Hash(run.Name)}");
        if (state != mirrored.State)
        {
            var update = new { run_id = remoteId, status, end_time = end, run_name = run.Name };
            await server.PostAsync("runs/update", update, cancellationToken);
            await record.SaveAsync(mirrored, row => row.State = state, cancellationToken);
        }
    }
}

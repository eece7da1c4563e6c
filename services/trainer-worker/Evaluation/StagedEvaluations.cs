using System.Text.Json;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Events.Codec;
using Trainyard.Contracts.Json;
using Trainyard.Models.Evaluation;
using Trainyard.Models.Runs;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.TrainerWorker.Evaluation;

/// <summary>The result of an evaluation, and the message that stores it.</summary>
internal sealed record StagedEvaluation(EvaluationEnded Ended, EvaluationReport Report);

/// <summary>
/// Results on disk from before the store has them until their files are published, so that a worker that dies in between loses none.
/// </summary>
internal sealed class StagedEvaluations(AppPaths paths, ILogger<StagedEvaluations> logger)
{
    private static readonly JsonSerializerOptions Json = CreateJson();

    private string Folder => Path.Combine(paths.ArtifactsRoot, ".tmp-evaluations");

    /// <summary>Writes a result and flushes it to disk.</summary>
    public void Add(StagedEvaluation evaluation)
    {
        Directory.CreateDirectory(Folder);
        var file = FileOf(evaluation.Ended);
        using (var output = File.Create($"{file}.tmp"))
        {
            JsonSerializer.Serialize(output, evaluation, Json);
            output.Flush(flushToDisk: true);
        }
        File.Move($"{file}.tmp", file, overwrite: true);
    }

    /// <summary>What workers that have died left here.</summary>
    public IReadOnlyList<StagedEvaluation> Left() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*.json").Select(Read).OfType<StagedEvaluation>()]
        : [];

    /// <summary>Publishes the files of a result that the store has.</summary>
    public void Publish(StagedEvaluation evaluation)
    {
        evaluation.Report.Publish(new RunFolder(paths.Model(evaluation.Ended.RunId)));
        Remove(evaluation.Ended);
    }

    public void Remove(EvaluationEnded ended) => File.Delete(FileOf(ended));

    private StagedEvaluation? Read(string file)
    {
        try
        {
            using var input = File.OpenRead(file);
            return JsonSerializer.Deserialize<StagedEvaluation>(input, Json);
        }
        catch (FileNotFoundException)
        {
            // Another worker has just published it.
            return null;
        }
        catch (JsonException exception)
        {
            logger.LogError(exception, "{File} is no result of an evaluation. It is ignored; delete it", file);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("{File} can't be read; the next idle worker tries again: {Fault}", file, exception.Message);
            return null;
        }
    }

    private string FileOf(EvaluationEnded ended) => Path.Combine(Folder, $"{ended.EvaluationId}-{ended.Attempt}.json");

    private static JsonSerializerOptions CreateJson()
    {
        var json = new JsonSerializerOptions(WireJson.Options);
        json.Converters.Insert(0, new EventListConverter());
        return json;
    }
}

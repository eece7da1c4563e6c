using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Trainyard.CheckpointFiles;
using Trainyard.Contracts.Errors;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Generation;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Generation;

/// <summary>Generates text, one request at a time, and caches the most recently used models.</summary>
internal sealed class LoadedModels(AppPaths paths, int capacity) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly List<Loaded> models = [];

    /// <summary>Generates text with the model of a run that has one.</summary>
    public async IAsyncEnumerable<GeneratedText> GenerateAsync(
        string runId, string prompt, SamplingOptions sampling, int count, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Unbounded, so that a slow reader doesn't block the requests behind it.
        var pieces = Channel.CreateUnbounded<GeneratedText>();
        var folder = new RunFolder(paths.Model(runId));
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var writing = Task.Run(() => WriteAsync(folder, prompt, sampling, count, pieces.Writer, gone.Token), CancellationToken.None);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellation))
            {
                yield return piece;
            }
        }
        finally
        {
            await gone.CancelAsync();
            await writing;
        }
    }

    public void Dispose()
    {
        models.ForEach(model => model.Generator.Dispose());
        turn.Dispose();
    }

    private async Task WriteAsync(
        RunFolder folder, string prompt, SamplingOptions sampling, int count, ChannelWriter<GeneratedText> pieces,
        CancellationToken cancellation)
    {
        try
        {
            await turn.WaitAsync(cancellation);
            try
            {
                var model = Get(folder);
                pieces.TryWrite(new("", model.Count(prompt, sampling)));
                foreach (var (sample, text) in model.GenerateSeveral(prompt, sampling, count, cancellation))
                {
                    pieces.TryWrite(new(text, Sample: sample));
                }
            }
            finally
            {
                turn.Release();
            }
            pieces.Complete();
        }
        catch (Exception exception) when (exception is InvalidDataException or SafetensorsException or TrainingException)
        {
            pieces.TryWrite(new("", Refusal: new(ErrorCode.CheckpointInvalid, exception.Message)));
            pieces.Complete();
        }
        catch (Exception exception)
        {
            pieces.Complete(exception);
        }
    }

    private TextGenerator Get(RunFolder folder)
    {
        var version = Version(folder);
        var found = models.Find(model => model.Folder == folder);
        if (found is not null)
        {
            models.Remove(found);
        }
        if (found is not null && found.Version != version)
        {
            Unload(found);
            found = null;
        }
        found ??= new(folder, version, TextGenerator.Open(folder));
        models.Add(found);
        if (models.Count > capacity)
        {
            Unload(models[0]);
            models.RemoveAt(0);
        }
        return found.Generator;
    }

    private static void Unload(Loaded model)
    {
        model.Generator.Dispose();
        TorchRuntime.ReleaseFreedMemory();
    }

    private static string Version(RunFolder folder) => File.Exists(folder.Weights)
        ? $"finished {File.GetLastWriteTimeUtc(folder.Weights).Ticks}"
        : $"checkpoint {string.Join(' ', new CheckpointStore(folder.Checkpoints).Steps.Take(1))}";

    private sealed record Loaded(RunFolder Folder, string Version, TextGenerator Generator);
}

using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Trainyard.CheckpointFiles;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Generation;
using Trainyard.Models.Runs;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Generation;

/// <summary>Generates text, one request at a time, and caches the most recently used models.</summary>
internal sealed class LoadedModels(AppPaths paths, IOptions<WorkerOptions> options) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly List<Loaded> models = [];
    private int underway;

    /// <summary>Generates text with a run's model. The first piece has the length of the prompt and no text.</summary>
    /// <exception cref="TrainyardException">
    /// RUN_NOT_FOUND; ILLEGAL_TRANSITION if the run has no model yet, or one that generates no text; UNAVAILABLE, before the first piece, if too many requests wait.
    /// </exception>
    public IAsyncEnumerable<Piece> Generate(string runId, string prompt, SamplingOptions sampling, CancellationToken cancellation)
    {
        var folder = Identifier.IsValid(runId) ? new RunFolder(paths.Model(runId)) : null;
        if (folder is null || !Directory.Exists(folder.Path))
        {
            throw NoRun(runId);
        }
        if (!File.Exists(folder.Weights) && new CheckpointStore(folder.Checkpoints).Steps.Count == 0)
        {
            throw new TrainyardException(
                ErrorCode.IllegalTransition, $"Run {runId} has no model yet. Try again after its first checkpoint.");
        }
        if (File.Exists(folder.Config) && !File.Exists(folder.Tokenizer))
        {
            throw new TrainyardException(
                ErrorCode.IllegalTransition, $"The model of run {runId} has no tokenizer: it is no language model and generates no text.");
        }
        return GenerateAsync(folder, prompt, sampling, cancellation);
    }

    public static TrainyardException NoRun(string runId) =>
        new(ErrorCode.RunNotFound, $"There is no run {runId} with a model on this server.");

    public void Dispose()
    {
        models.ForEach(model => model.Generator.Dispose());
        turn.Dispose();
    }

    private async IAsyncEnumerable<Piece> GenerateAsync(
        RunFolder folder, string prompt, SamplingOptions sampling, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref underway) > options.Value.MaxGenerations)
        {
            Interlocked.Decrement(ref underway);
            throw new TrainyardException(
                ErrorCode.Unavailable, "Too many texts are being generated (TRAINER__MAX_GENERATIONS). Try again later.")
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        }
        // Unbounded, so that a slow reader doesn't block the requests behind it.
        var pieces = Channel.CreateUnbounded<Piece>();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var writing = Task.Run(() => WriteAsync(folder, prompt, sampling, pieces.Writer, gone.Token), CancellationToken.None);
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
            Interlocked.Decrement(ref underway);
        }
    }

    private async Task WriteAsync(
        RunFolder folder, string prompt, SamplingOptions sampling, ChannelWriter<Piece> pieces, CancellationToken cancellation)
    {
        try
        {
            await turn.WaitAsync(cancellation);
            try
            {
                var model = Get(folder);
                pieces.TryWrite(new("", model.Count(prompt, sampling)));
                foreach (var text in model.Generate(prompt, sampling, cancellation))
                {
                    pieces.TryWrite(new(text, Prompt: null));
                }
            }
            finally
            {
                turn.Release();
            }
            pieces.Complete();
        }
        catch (Exception exception) when (exception is InvalidDataException or SafetensorsException)
        {
            pieces.Complete(new TrainyardException(ErrorCode.CheckpointInvalid, exception.Message, exception));
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
        if (models.Count > options.Value.LoadedModels)
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

    public sealed record Piece(string Text, PromptTokens? Prompt);

    private sealed record Loaded(RunFolder Folder, string Version, TextGenerator Generator);
}

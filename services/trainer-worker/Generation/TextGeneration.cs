using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Generation;
using Trainyard.Models.Runs;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Compute;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Generation;

/// <summary>Generates text in a compute process.</summary>
internal sealed class TextGeneration(AppPaths paths, ComputeProcesses processes, IOptions<WorkerOptions> options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private int underway;

    /// <summary>Generates texts with a run's model. The first piece has the length of the prompt and no text.</summary>
    /// <exception cref="TrainyardException">
    /// RUN_NOT_FOUND; ILLEGAL_TRANSITION if the run has no model yet, or one that generates no text. While enumerated: UNAVAILABLE if too
    /// many requests wait or the process has ended; CHECKPOINT_INVALID.
    /// </exception>
    public IAsyncEnumerable<GeneratedText> Generate(
        string runId, string prompt, SamplingOptions sampling, int count, CancellationToken cancellation)
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
        return GenerateAsync(runId, prompt, sampling, count, cancellation);
    }

    public static TrainyardException NoRun(string runId) =>
        new(ErrorCode.RunNotFound, $"There is no run {runId} with a model on this server.");

    private async IAsyncEnumerable<GeneratedText> GenerateAsync(
        string runId, string prompt, SamplingOptions sampling, int count, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref underway) > options.Value.MaxGenerations)
        {
            Interlocked.Decrement(ref underway);
            throw Unavailable("Too many texts are being generated (TRAINER__MAX_GENERATIONS). Try again later.");
        }
        try
        {
            await using var computer = await UseAsync(cancellation);
            await using var pieces = computer
                .EnumerateAsync(process => process.GenerateAsync(runId, prompt, sampling, count, cancellation))
                .GetAsyncEnumerator(cancellation);
            while (await NextAsync(pieces))
            {
                if (pieces.Current.Refusal is { } refusal)
                {
                    throw new TrainyardException(refusal.Code, refusal.Message);
                }
                yield return pieces.Current;
            }
        }
        finally
        {
            Interlocked.Decrement(ref underway);
        }
    }

    private async Task<ComputeUse> UseAsync(CancellationToken cancellation)
    {
        try
        {
            return await processes.ForGeneration.UseAsync(cancellation);
        }
        catch (ComputeEndedException exception)
        {
            throw Unavailable(exception.Message, exception);
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<GeneratedText> pieces)
    {
        try
        {
            return await pieces.MoveNextAsync();
        }
        catch (ComputeEndedException exception)
        {
            throw Unavailable(exception.Message, exception);
        }
    }

    private static TrainyardException Unavailable(string message, Exception? cause = null) =>
        new(ErrorCode.Unavailable, message, cause) { RetryAfter = Pause };
}

using Trainyard.Models.Compute;
using Trainyard.Models.Gpt2;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

public sealed class MemoryTests : IDisposable
{
    private static readonly TrainingPlan Plan = new()
    {
        Shape = new Gpt2Shape(VocabularySize: 0, Layers: 4, Heads: 4, Dim: 128, MaxSeqLen: 128),
        BatchSize = 16,
        Threads = 2,
        MaxSteps = 2,
    };

    private readonly Scratch scratch = new();

    [Fact]
    public void The_memory_of_finished_runs_comes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The allocator is glibc's.");
        Train(0);
        Train(1);
        var before = Resident();
        var peak = 0L;
        for (var run = 2; run < 12; run++)
        {
            Train(run);
            peak = Math.Max(peak, Resident());
        }

        // One run takes several times as much while it trains.
        Assert.InRange((peak - before) >> 20, -1000, 60);
    }

    [Fact]
    public void Freed_memory_is_returned()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The allocator is glibc's.");
        TorchRuntime.Prepare(threads: 1);
        var before = Resident();
        TorchSharp.torch.ones(100 << 20, dtype: TorchSharp.torch.uint8).Dispose();
        TorchRuntime.ReleaseFreedMemory();

        Assert.InRange((Resident() - before) >> 20, -1000, 50);
    }

    public void Dispose() => scratch.Dispose();

    // As a worker does: on a thread of its own.
    private void Train(int number)
    {
        var thread = new Thread(() =>
        {
            using var run = new TrainingRun(
                Plan,
                new()
                {
                    RunId = $"run-{number}",
                    Folder = new(scratch[$"run-{number}"]),
                    TokenizerFile = scratch.Tokenizer,
                    CorpusPath = scratch.Text,
                    CacheFolder = scratch["cache"],
                },
                _ => { });
            run.Train(new TrainingControl(), CancellationToken.None);
        });
        thread.Start();
        thread.Join();
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}

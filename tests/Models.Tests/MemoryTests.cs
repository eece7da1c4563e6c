using System.Runtime.InteropServices;
using Trainyard.Models.Compute;
using Trainyard.Models.Gpt2;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

/// <summary>Measures the process, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
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
    private readonly ManualResetEventSlim ended = new();
    private readonly List<Thread> others = [];

    [Fact]
    public void Runs_one_after_the_other_keep_less_than_one_of_them_takes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The allocator is glibc's.");
        Train(0);
        var (before, took) = (Resident(), new List<long>());
        for (var run = 1; run < 8; run++)
        {
            OccupyArena();
            var resident = Resident();
            took.Add(Train(run) - resident);
        }
        var (kept, usual) = (Resident() - before, took.Order().ElementAt(took.Count / 2));

        Assert.True(kept < usual, $"{took.Count} runs keep {kept >> 20} MiB; one takes {usual >> 20} MiB.");
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

    public void Dispose()
    {
        ended.Set();
        others.ForEach(thread => thread.Join());
        ended.Dispose();
        scratch.Dispose();
    }

    // In a process with more to do, another thread takes the arena that a finished run's thread leaves.
    private void OccupyArena()
    {
        using var taken = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            Marshal.FreeHGlobal(Marshal.AllocHGlobal(1 << 16));
            taken.Set();
            ended.Wait();
        });
        others.Add(thread);
        thread.Start();
        taken.Wait();
    }

    /// <summary>Trains as a worker does, on a thread of its own.</summary>
    /// <returns>The most memory that the process had meanwhile.</returns>
    private long Train(int number)
    {
        var most = 0L;
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
                _ => most = Math.Max(most, Environment.WorkingSet));
            run.Train(new TrainingControl(), CancellationToken.None);
        });
        thread.Start();
        thread.Join();
        return most;
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}

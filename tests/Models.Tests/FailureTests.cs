using System.Globalization;
using System.Runtime.InteropServices;
using Trainyard.Models.Gpt2;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

/// <summary>Failures of a run that are caused for real.</summary>
public sealed partial class FailureTests : IDisposable
{
    private static readonly TrainingPlan Plan = new()
    {
        Shape = new Gpt2Shape(VocabularySize: 0, Layers: 1, Heads: 2, Dim: 16, MaxSeqLen: 16),
        BatchSize = 8,
        Threads = 1,
        MaxSteps = 6,
        EvalEvery = 3,
    };

    private readonly Scratch scratch = new();

    [Fact]
    public void Memory_that_runs_out_is_said_so_and_the_next_attempt_can_train()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit on the address space is Linux's.");
        Train(Plan, Inputs("before"));
        var run = Inputs("run");
        var manyTokens = Plan with { BatchSize = 1 << 15, EvalEvery = null };

        var failure = WithAddressSpace(256L << 20, () => Assert.Throws<TrainingException>(() => Train(manyTokens, run)));

        var manifest = RunManifest.Read(run.Folder.Manifest);
        Assert.Equal((FailureKind.Transient, FailureCodes.TrainingFailed), (failure.Kind, failure.Code));
        Assert.Contains("smaller batch_size", failure.Message, StringComparison.Ordinal);
        Assert.Equal(("failed", failure.Message), (manifest?.Status, manifest?.LastError));
        Train(Plan, run with { Attempt = 2, Resume = true });
        Assert.Equal("completed", RunManifest.Read(run.Folder.Manifest)?.Status);
    }

    [Fact]
    public void Kept_tokens_that_are_damaged_are_made_anew()
    {
        Train(Plan, Inputs("first"));
        var tokens = Assert.Single(Directory.GetFiles(scratch["cache"], "training.tokens", SearchOption.AllDirectories));
        var intact = File.ReadAllBytes(tokens);
        File.WriteAllBytes(tokens, [.. intact[..^2], 255, 255]);

        Train(Plan, Inputs("second"));

        Assert.Equal(intact, File.ReadAllBytes(tokens));
        Assert.Contains("tokens of the text are damaged", File.ReadAllText(Inputs("second").Folder.Logs), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Inputs("first").Folder.Weights), File.ReadAllBytes(Inputs("second").Folder.Weights));
    }

    public void Dispose() => scratch.Dispose();

    private TrainingRunInputs Inputs(string run) => new()
    {
        RunId = run,
        Folder = new(scratch[run]),
        TokenizerFile = scratch.Tokenizer,
        CorpusPath = scratch.Text,
        CacheFolder = scratch["cache"],
    };

    private static void Train(TrainingPlan plan, TrainingRunInputs inputs)
    {
        using var run = new TrainingRun(plan, inputs, _ => { });
        run.Train(new TrainingControl(), CancellationToken.None);
    }

    /// <summary>Lets the process take only so many more bytes of address space meanwhile.</summary>
    private static T WithAddressSpace<T>(long bytes, Func<T> action)
    {
        const int AddressSpace = 9;
        var pages = long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.Equal(0, GetLimit(AddressSpace, out var before));
        var limit = before with { Current = (ulong)((pages * Environment.SystemPageSize) + bytes) };
        Assert.Equal(0, SetLimit(AddressSpace, in limit));
        try
        {
            return action();
        }
        finally
        {
            Assert.Equal(0, SetLimit(AddressSpace, in before));
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Current, ulong Max);
}

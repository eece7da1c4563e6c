using System.Diagnostics;
using System.Globalization;
using Trainyard.Models.Gpt2;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

/// <summary>A run whose process is killed at random moments ends with the same bytes as one that is left alone.</summary>
public sealed class KillTests : IDisposable
{
    private const string FolderVariable = "TRAINYARD_KILLED_RUN";
    private const int Kills = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Scratch scratch = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_run_that_is_killed_again_and_again_ends_bit_for_bit_the_same(int accumulation)
    {
        Assert.True(File.Exists(scratch.Text) && File.Exists(scratch.Tokenizer));
        Train(scratch.Path, "whole", accumulation, attempt: 1);
        var random = new Random(accumulation);
        for (var attempt = 1; attempt <= Kills; attempt++)
        {
            await KillAsync($"{accumulation} {attempt}", attempt, steps: random.Next(1, 9), TimeSpan.FromMilliseconds(random.Next(20)));
        }
        Train(scratch.Path, "killed", accumulation, Kills + 1);

        var log = File.ReadAllText(Folder(scratch.Path, "killed").Logs);
        Assert.Contains("Resuming from checkpoint", log, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllBytes(Folder(scratch.Path, "whole").Weights), File.ReadAllBytes(Folder(scratch.Path, "killed").Weights));
    }

    /// <summary>Not a test of its own: the process that is killed.</summary>
    [Fact(Explicit = true)]
    public void Trains_until_it_is_killed()
    {
        var request = Environment.GetEnvironmentVariable(FolderVariable)?.Split('|');
        Assert.SkipWhen(request is null, "This is the process that another test kills.");
        Train(
            request[0], "killed", int.Parse(request[1], CultureInfo.InvariantCulture), int.Parse(request[2], CultureInfo.InvariantCulture),
            step => File.AppendAllText(Path.Combine(request[0], $"steps-{request[1]} {request[2]}"), $"{step}\n"));
    }

    public void Dispose() => scratch.Dispose();

    private async Task KillAsync(string name, int attempt, int steps, TimeSpan later)
    {
        string[] command = [typeof(KillTests).Assembly.Location, "-explicit", "only", "-method", $"*.{nameof(Trains_until_it_is_killed)}"];
        var start = new ProcessStartInfo("dotnet", command)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[FolderVariable] = string.Join('|', [scratch.Path, .. name.Split(' ')]);
        using var child = Process.Start(start) ?? throw new InvalidOperationException("dotnet can't be started.");
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        var log = scratch[$"steps-{name}"];
        for (var waited = Stopwatch.StartNew(); !File.Exists(log) || File.ReadAllLines(log).Length < steps; await Task.Delay(1))
        {
            Assert.False(child.HasExited, $"Attempt {attempt} has ended by itself.");
            Assert.True(waited.Elapsed < Limit, $"Attempt {attempt} does not make {steps} steps.");
        }
        await Task.Delay(later);
        child.Kill();
        await child.WaitForExitAsync();
    }

    private static RunFolder Folder(string scratch, string run) => new(Path.Combine(scratch, run));

    private static void Train(string folder, string run, int accumulation, int attempt, Action<long>? onStep = null)
    {
        var plan = new TrainingPlan
        {
            Shape = new Gpt2Shape(VocabularySize: 0, Layers: 1, Heads: 2, Dim: 16, MaxSeqLen: 16),
            BatchSize = 4,
            GradientAccumulation = accumulation,
            Dropout = 0.1,
            Threads = 1,
            MaxSteps = 120,
            EvalEvery = 30,
            CheckpointEvery = 2,
        };
        var inputs = new TrainingRunInputs
        {
            RunId = run,
            Attempt = attempt,
            Resume = attempt > 1,
            Folder = Folder(folder, run),
            TokenizerFile = Path.Combine(folder, "tokenizer.json"),
            CorpusPath = Path.Combine(folder, "text.txt"),
            CacheFolder = Path.Combine(folder, "cache"),
        };
        using var training = new TrainingRun(plan, inputs, happened =>
        {
            if (happened is StepMade step)
            {
                onStep?.Invoke(step.Step);
            }
        });
        training.Train(new TrainingControl(), CancellationToken.None);
    }
}

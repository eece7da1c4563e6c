using Trainyard.Models.Checkpoints;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Loop;
using Trainyard.Models.Optimization;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

/// <summary>Each option of the loop, broken off and resumed.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly Dictionary<string, Func<TrainingPlan, TrainingPlan>> Options = new(StringComparer.Ordinal)
    {
        ["spectral norm"] = plan => plan with { SpectralNorm = new() },
        ["spectral norm of some layers"] = plan => plan with { SpectralNorm = new() { Layers = "*.1.*", Iterations = 3 } },
        ["wsd"] = plan => plan with { LearningRateDecay = LearningRateDecay.Wsd, DecayShare = 0.5 },
        ["label smoothing and z-loss"] = plan => plan with { LabelSmoothing = 0.1, ZLoss = 1e-3 },
        ["average of weights"] = plan => plan with { EmaDecay = 0.9 },
        ["muon"] = plan => plan with { Optimizer = OptimizerKind.Muon },
        ["curriculum"] = plan => plan with { Curriculum = new() { StartLength = 2, Steps = 8 } },
        ["loss spikes and statistics"] = plan => plan with { LossSpikeThreshold = 1, StatsEvery = 2 },
        ["early stopping"] = plan => plan with { EarlyStoppingPatience = 3, EarlyStoppingMinDelta = 0.001 },
        ["all"] = plan => plan with
        {
            SpectralNorm = new(),
            LabelSmoothing = 0.1,
            ZLoss = 1e-3,
            EmaDecay = 0.9,
            Optimizer = OptimizerKind.Muon,
            Curriculum = new() { StartLength = 2, Steps = 8 },
            LossSpikeThreshold = 2,
            LossSpikeRollback = true,
        },
    };

    private readonly Scratch scratch = new();

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            string[] families = [.. FamilyTests.Families.Select(family => family.Data)];
            foreach (var (index, option) in Options.Keys.Index())
            {
                cases.Add(families[index % families.Length], option);
            }
            foreach (var family in families.Skip(1))
            {
                cases.Add(family, "spectral norm");
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_that_is_broken_off_ends_bit_for_bit_like_another(string family, string option)
    {
        var plan = Options[option](Scratch.Plan with
        {
            Shape = Scratch.ShapeOf(family),
            Dropout = 0.1,
            GradientAccumulation = 2,
            MaxSteps = 12,
            EvalEvery = 3,
        });
        var whole = Train(plan, "whole", breakAt: null);
        Train(plan, "broken", breakAt: 7);
        var rest = Train(plan, "broken", breakAt: null);

        Assert.Equal(whole.Where(step => step.Step > 7).Select(Numbers), rest.Select(Numbers));
        foreach (var file in (string[])["model.safetensors", "optimizer.safetensors", "state.json"])
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(scratch["whole"], "12", file)),
                File.ReadAllBytes(Path.Combine(scratch["broken"], "12", file)));
        }

        static (long, double, double, double, double) Numbers(StepMade step) =>
            (step.Step, step.Loss, step.EpochLoss, step.GradientNorm, step.LearningRate);
    }

    public void Dispose() => scratch.Dispose();

    private List<StepMade> Train(TrainingPlan plan, string folder, long? breakAt)
    {
        var steps = new List<StepMade>();
        using var control = new TrainingControl();
        var store = new CheckpointStore(scratch[folder]);
        using var task = new LanguageModelTask(plan, scratch.Corpus());
        using var loop = new TrainingLoop(task, store, happened =>
        {
            if (happened is StepMade step)
            {
                steps.Add(step);
                if (step.Step == breakAt)
                {
                    control.Stop(StopReason.Interrupted);
                }
            }
        });
        if (store.NewestIntact(null, message => Assert.Fail(message)) is { } checkpoint)
        {
            loop.Resume(checkpoint);
        }
        loop.Run(control, CancellationToken.None);
        return steps;
    }
}

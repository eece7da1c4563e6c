using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Trainyard.ExperimentStore.Events.Announcements;

/// <summary>What training events say of a run's values. External jobs have many names for them.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Scores
{
    private static readonly FrozenDictionary<string, Func<Scores, double, Scores>> Names = Create(
        (["train_loss", "loss", "training_loss", "train/loss", "batch_loss"], (scores, value) => scores with { TrainLoss = value }),
        (["train_acc", "train_accuracy", "acc", "accuracy", "training_accuracy", "train/acc", "train/accuracy", "batch_acc"],
            (scores, value) => scores with { TrainAcc = value }),
        (["val_loss", "validation_loss", "valid_loss", "eval_loss", "test_loss", "val/loss", "eval/loss"],
            (scores, value) => scores with { ValLoss = value }),
        (["val_acc", "val_accuracy", "validation_accuracy", "valid_accuracy", "eval_accuracy", "test_accuracy", "val/acc", "val/accuracy",
            "eval/accuracy"], (scores, value) => scores with { ValAcc = value }),
        (["val_ppl", "val_perplexity", "eval_perplexity", "val/perplexity"], (scores, value) => scores with { ValPpl = value }),
        (["samples_per_second", "samples_per_sec", "train_samples_per_second"], (scores, value) => scores with { SamplesPerSec = value }),
        (["epoch"], (scores, value) => scores with { Epoch = value }));

    public double? TrainLoss { get; init; }

    public double? TrainAcc { get; init; }

    public double? ValLoss { get; init; }

    public double? ValAcc { get; init; }

    public double? ValPpl { get; init; }

    public double? SamplesPerSec { get; init; }

    /// <summary>Passes over the data so far, perhaps with a fraction.</summary>
    public double? Epoch { get; init; }

    public bool HasTraining => TrainLoss is not null || TrainAcc is not null;

    public bool HasValidation => ValLoss is not null || ValAcc is not null || ValPpl is not null;

    public static Scores Of(IReadOnlyDictionary<string, double>? measurements)
    {
        var scores = new Scores();
        foreach (var (name, value) in measurements ?? FrozenDictionary<string, double>.Empty)
        {
            if (Names.TryGetValue(name, out var set))
            {
                scores = set(scores, value);
            }
        }
        return scores;
    }

    /// <summary>These scores, and the earlier ones where these have none.</summary>
    public Scores Over(Scores earlier) => new()
    {
        TrainLoss = TrainLoss ?? earlier.TrainLoss,
        TrainAcc = TrainAcc ?? earlier.TrainAcc,
        ValLoss = ValLoss ?? earlier.ValLoss,
        ValAcc = ValAcc ?? earlier.ValAcc,
        ValPpl = ValPpl ?? earlier.ValPpl,
        SamplesPerSec = SamplesPerSec ?? earlier.SamplesPerSec,
        Epoch = Epoch ?? earlier.Epoch,
    };

    private static FrozenDictionary<string, Func<Scores, double, Scores>> Create(
        params ReadOnlySpan<(string[] Names, Func<Scores, double, Scores> Set)> scores)
    {
        var all = new Dictionary<string, Func<Scores, double, Scores>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (names, set) in scores)
        {
            foreach (var name in names)
            {
                all.Add(name, set);
            }
        }
        return all.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}

using Trainyard.Contracts;
using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Media;

/// <summary>The last stored step of a name and kind within an attempt.</summary>
internal sealed record LastStep(string Name, MediaKind Kind, int Attempt, long Step);

/// <summary>What identifies an item of a run.</summary>
internal readonly record struct MediaKey(string Name, MediaKind Kind, long Step, int Index, int Attempt);

/// <summary>Assigns steps to the items of a transaction: without one, the step after the last of the same name and kind.</summary>
internal sealed class MediaSteps
{
    private readonly Dictionary<int, long> until;
    private readonly Dictionary<(string Name, MediaKind Kind), long> last = [];

    public MediaSteps(RunMedia run, IEnumerable<LastStep> stored)
    {
        until = run.Attempts.ToDictionary(attempt => attempt.Number, attempt => attempt.UntilStep);
        foreach (var (name, kind, attempt, step) in stored)
        {
            Reach(name, kind, attempt, step);
        }
    }

    public long StepOf(MediaLogged item)
    {
        var step = item.Step ?? (last.TryGetValue((item.Name, item.Kind), out var before) ? before + 1 : 0);
        Reach(item.Name, item.Kind, item.Attempt ?? 1, step);
        return step;
    }

    private void Reach(string name, MediaKind kind, int attempt, long step)
    {
        // What a later attempt has replaced no longer counts.
        var current = Math.Min(step, until.GetValueOrDefault(attempt, long.MaxValue) - 1);
        if (current is >= 0 and <= WholeNumber.Max)
        {
            last[(name, kind)] = Math.Max(current, last.GetValueOrDefault((name, kind), -1));
        }
    }
}

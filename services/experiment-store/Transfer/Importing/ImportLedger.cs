using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>Which events of its source a run holds. Saved in the transaction that stores them, so that neither is ever without the other.</summary>
internal sealed class ImportLedger(string runId)
{
    // What a source only adds to is a range or a few. One made of gaps would grow its row without end.
    private const int MaxRanges = 100_000;

    private readonly Dictionary<string, (SequenceSet Numbers, string Saved)> parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);

    /// <returns>Null when the run is here already and came from no import.</returns>
    public static async Task<ImportLedger?> LoadAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var ledger = new ImportLedger(runId);
        await foreach (var row in db.ImportedParts.Where(part => part.RunId == runId).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            ledger.parts[row.Part] = (SequenceSet.Parse(row.Numbers, MaxRanges), row.Numbers);
        }
        return ledger.parts.Count > 0 || !await db.Runs.AnyAsync(run => run.Id == runId, cancellationToken) ? ledger : null;
    }

    /// <summary>Whether the event is new; it counts as held from now on.</summary>
    public bool Add(string part, long number)
    {
        if (!parts.TryGetValue(part, out var known))
        {
            parts[part] = known = (SequenceSet.Parse("", MaxRanges), "");
        }
        bool added;
        try
        {
            added = known.Numbers.Add(number);
        }
        catch (InvalidOperationException exception)
        {
            throw new TrainyardException(
                ErrorCode.PayloadTooLarge,
                $"'{part}' of run '{runId}' has more than {MaxRanges} gaps: more can't be remembered. Import it without gaps, or in parts as runs of their own.",
                exception);
        }
        if (added)
        {
            changed.Add(part);
        }
        return added;
    }

    public async Task SaveAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var names = changed.ToArray();
        var rows = await db.ImportedParts.Where(part => part.RunId == runId && names.Contains(part.Part)).ToDictionaryAsync(part => part.Part, StringComparer.Ordinal, cancellationToken);
        foreach (var name in names)
        {
            var (numbers, saved) = parts[name];
            if ((rows.GetValueOrDefault(name)?.Numbers ?? "") != saved)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Run '{runId}' is being imported twice at once.");
            }
            if (rows.TryGetValue(name, out var row))
            {
                row.Numbers = numbers.ToString();
            }
            else
            {
                db.ImportedParts.Add(new() { RunId = runId, Part = name, Numbers = numbers.ToString() });
            }
        }
    }

    /// <summary>What was saved is committed.</summary>
    public void Saved()
    {
        foreach (var name in changed)
        {
            parts[name] = parts[name] with { Saved = parts[name].Numbers.ToString() };
        }
        changed.Clear();
    }
}

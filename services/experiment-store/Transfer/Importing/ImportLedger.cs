using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>Which events of its source a run already has. It is saved in the transaction that stores them.</summary>
internal sealed class ImportLedger(string runId)
{
    // An append-only source needs a few ranges. One full of gaps would grow its row without limit.
    private const int MaxRanges = 100_000;

    private readonly Dictionary<string, (SequenceSet Numbers, string Saved)> parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);

    /// <returns>Null if the run already exists and is not from an import.</returns>
    public static async Task<ImportLedger?> LoadAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var ledger = new ImportLedger(runId);
        await foreach (var row in db.ImportedParts.Where(part => part.RunId == runId).AsAsyncEnumerable()
            .WithCancellation(cancellationToken))
        {
            ledger.parts[row.Part] = (SequenceSet.Parse(row.Numbers, MaxRanges), row.Numbers);
        }
        return ledger.parts.Count > 0 || !await db.Runs.AnyAsync(run => run.Id == runId, cancellationToken) ? ledger : null;
    }

    /// <summary>Whether the run has an event.</summary>
    public bool Has(string part, long number) => parts.TryGetValue(part, out var known) && known.Numbers.Contains(number);

    /// <summary>Adds an event; false if the run already has it.</summary>
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
                $"'{part}' of run '{runId}' has more than {MaxRanges} gaps in its numbering, the limit for an import. "
                + "Import it without gaps, or split it into several runs.",
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
        var rows = await db.ImportedParts.Where(part => part.RunId == runId && names.Contains(part.Part))
            .ToDictionaryAsync(part => part.Part, StringComparer.Ordinal, cancellationToken);
        foreach (var name in names)
        {
            var (numbers, saved) = parts[name];
            if ((rows.GetValueOrDefault(name)?.Numbers ?? "") != saved)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Run '{runId}' is also being imported by another import. Import it again once that has ended.");
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

    /// <summary>Call it once the saved rows are committed.</summary>
    public void MarkSaved()
    {
        foreach (var name in changed)
        {
            parts[name] = parts[name] with { Saved = parts[name].Numbers.ToString() };
        }
        changed.Clear();
    }
}

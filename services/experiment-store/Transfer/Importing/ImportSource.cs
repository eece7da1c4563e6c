using System.IO.Hashing;
using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>An event of a source, with an identity that is the same whenever the source is read again.</summary>
/// <param name="Part">An append-only sequence of the run's events.</param>
/// <param name="Number">Its position there, or a hash of its content where the newest version counts.</param>
/// <param name="Event">The event in Trainyard's vocabulary.</param>
internal readonly record struct ImportItem(string Part, long Number, RunEvent Event)
{
    private const long MaxNumber = (1L << 53) - 1;

    /// <summary>An event that is stored again only if its content changes.</summary>
    public static ImportItem ByContent(string part, RunEvent runEvent)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(runEvent with { EventId = Guid.Empty }, WireJson.Options);
        return new(part, (long)(XxHash3.HashToUInt64(content) & MaxNumber), runEvent);
    }
}

/// <summary>A source of runs. It translates its own vocabulary to Trainyard's events.</summary>
internal abstract class ImportSource
{
    /// <summary>All of its events, run by run.</summary>
    /// <exception cref="Contracts.Errors.TrainyardException">EVENT_INVALID: the source is malformed.</exception>
    public abstract IAsyncEnumerable<ImportItem> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Experiments in what has been read so far.</summary>
    public Queue<Runs.Experiment> Experiments { get; } = [];

    public long BytesTotal { get; protected set; }

    public long BytesRead { get; protected set; }

    /// <summary>How much unsupported data was left out.</summary>
    public long Ignored => leftOut.Where(entry => entry.Key.Counts).Sum(entry => entry.Value);

    /// <summary>Notices for the user.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>The notices, and how much was left out and why.</summary>
    public IEnumerable<string> AllNotices =>
        Notices.Concat(leftOut.Select(entry => $"{entry.Value} {entry.Key.What} left out: {entry.Key.Why}."));

    private readonly Dictionary<(string What, string Why, bool Counts), long> leftOut = [];

    /// <summary>Counts unsupported data.</summary>
    /// <param name="what">What it is, in the plural.</param>
    /// <param name="why">Why it is left out.</param>
    public void Ignore(string what, string why = "Trainyard does not store them") => Count((what, why, Counts: true), 1);

    /// <summary>Counts values that can't be stored.</summary>
    public void LeaveOut(string what, string why, long count) => Count((what, why, Counts: false), count);

    private void Count((string What, string Why, bool Counts) reason, long count)
    {
        // Names come from the file, so their number is limited. The rest is counted together.
        const int MaxReasons = 50;
        var known = leftOut.ContainsKey(reason) || leftOut.Count < MaxReasons ? reason
            : ("things", "for reasons like the above", reason.Counts);
        leftOut[known] = leftOut.GetValueOrDefault(known) + count;
    }
}

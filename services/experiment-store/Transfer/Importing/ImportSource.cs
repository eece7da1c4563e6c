using System.IO.Hashing;
using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>An event of a source, and what tells it from the source's others whenever it is read again.</summary>
/// <param name="Part">A sequence of the run's events that is only ever added to.</param>
/// <param name="Number">Its place there, or a hash of what it says where the newest saying counts.</param>
/// <param name="Event">The event, in Trainyard's words.</param>
internal readonly record struct ImportItem(string Part, long Number, RunEvent Event)
{
    private const long Largest = (1L << 53) - 1;

    /// <summary>An event that is to be stored again only when it says something else.</summary>
    public static ImportItem Saying(string part, RunEvent one)
    {
        var said = JsonSerializer.SerializeToUtf8Bytes(one with { EventId = Guid.Empty }, WireJson.Options);
        return new(part, (long)(XxHash3.HashToUInt64(said) & Largest), one);
    }
}

/// <summary>Something that holds runs. What it calls things ends here: what it returns are Trainyard's own events.</summary>
internal abstract class ImportSource
{
    /// <summary>All of its events, run after run.</summary>
    /// <exception cref="Contracts.Errors.TrainyardException">EVENT_INVALID: it is not what it should be.</exception>
    public abstract IAsyncEnumerable<ImportItem> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Experiments it describes, as far as it has been read.</summary>
    public Queue<Runs.Experiment> Experiments { get; } = [];

    public long BytesTotal { get; protected set; }

    public long BytesRead { get; protected set; }

    /// <summary>How many things were left out for which there is no place here.</summary>
    public long Ignored => leftOut.Where(one => one.Key.Counts).Sum(one => one.Value);

    /// <summary>What a person should know.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Notices, and how much was left out for which reason.</summary>
    public IEnumerable<string> AllNotices => Notices.Concat(leftOut.Select(one => $"{one.Value} {one.Key.What} left out: {one.Key.Why}."));

    private readonly Dictionary<(string What, string Why, bool Counts), long> leftOut = [];

    /// <summary>Counts something there is no place for.</summary>
    /// <param name="what">What it is, in the plural.</param>
    /// <param name="why">Why there is none.</param>
    public void Ignore(string what, string why = "there is no place for them here") => Count((what, why, Counts: true), 1);

    /// <summary>Counts values that can't be stored.</summary>
    public void LeaveOut(string what, string why, long count) => Count((what, why, Counts: false), count);

    private void Count((string What, string Why, bool Counts) reason, long count)
    {
        // Names come from the file: beyond a readable number they are counted together.
        const int MaxReasons = 50;
        var known = leftOut.ContainsKey(reason) || leftOut.Count < MaxReasons ? reason
            : ("things", "for reasons as those above", reason.Counts);
        leftOut[known] = leftOut.GetValueOrDefault(known) + count;
    }
}

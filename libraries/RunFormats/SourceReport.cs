namespace Trainyard.RunFormats;

/// <summary>Notices about a source, and counts of what was left out of it.</summary>
public sealed class SourceReport
{
    // Reasons have names from the source, so their number is limited. The rest is counted together.
    private const int MaxReasons = 50;
    private const int ShownNameCharacters = 40;

    private readonly List<string> notices = [];
    private readonly Dictionary<Reason, (string Text, long Count)> leftOut = [];

    /// <summary>The number of values that Trainyard has no place for, such as images.</summary>
    public long Ignored => leftOut.Where(entry => entry.Key.Unsupported).Sum(entry => entry.Value.Count);

    /// <summary>The notices, and a line for each reason why something was left out.</summary>
    public IEnumerable<string> Notices => notices.Concat(leftOut.Values.Select(entry => $"{entry.Count} {entry.Text}."));

    /// <summary>Adds a notice: a sentence.</summary>
    public void Add(string notice) => notices.Add(notice);

    /// <summary>Counts a value that Trainyard has no place for.</summary>
    /// <param name="what">Its kind, in the plural.</param>
    public void Ignore(string what) =>
        Count(new(what, File: null, Unsupported: true), $"{what} left out: Trainyard does not store them", 1);

    /// <summary>Counts values that break a rule. There is one notice per rule and file, which shows the first of the values.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="given">What the value has instead.</param>
    /// <param name="series">The name of its series.</param>
    /// <param name="file">Its file; null if the source is a single file.</param>
    /// <param name="count">The number of values.</param>
    public void LeaveOut(string rule, string given, string series, string? file, long count = 1)
    {
        var shown = Shown(series);
        var place = file is null ? $"'{shown}'" : $"'{shown}' in {file}";
        Count(new(rule, file, Unsupported: false), $"values left out: {rule}, not {given} (first: {place})", count);
    }

    /// <summary>Counts things that can't be read or stored. There is one notice per reason, which shows the first of them.</summary>
    /// <param name="what">Their kind, in the plural.</param>
    /// <param name="why">The reason.</param>
    /// <param name="first">The name of this one.</param>
    public void Skip(string what, string why, string first) =>
        Count(new($"{what}: {why}", File: null, Unsupported: false), $"{what} left out: {why} (first: '{Shown(first)}')", 1);

    private static string Shown(string name) => name.Length > ShownNameCharacters ? $"{name[..ShownNameCharacters]}…" : name;

    private void Count(Reason reason, string text, long count)
    {
        if (!leftOut.ContainsKey(reason) && leftOut.Count >= MaxReasons)
        {
            (reason, text) = (new("", File: null, reason.Unsupported), "things left out: for reasons like the above");
        }
        leftOut[reason] = leftOut.TryGetValue(reason, out var known) ? (known.Text, known.Count + count) : (text, count);
    }

    private sealed record Reason(string What, string? File, bool Unsupported);
}

using System.Globalization;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>A set of numbers, stored as ranges: <c>1-5,7</c>.</summary>
/// <param name="maxRanges">The maximum number of ranges.</param>
internal sealed class SequenceSet(int maxRanges)
{
    private readonly List<(long First, long Last)> ranges = [];

    public static SequenceSet Parse(string text, int maxRanges)
    {
        var set = new SequenceSet(maxRanges);
        foreach (var part in text.AsSpan().Split(','))
        {
            var range = text.AsSpan()[part];
            if (range.IsEmpty)
            {
                continue;
            }
            var dash = range.IndexOf('-');
            var first = long.Parse(dash < 0 ? range : range[..dash], CultureInfo.InvariantCulture);
            set.ranges.Add((first, dash < 0 ? first : long.Parse(range[(dash + 1)..], CultureInfo.InvariantCulture)));
        }
        return set;
    }

    public bool Contains(long number)
    {
        var found = ranges.BinarySearch((number, long.MaxValue));
        var index = found < 0 ? ~found : found + 1;
        return index > 0 && ranges[index - 1].Last >= number;
    }

    /// <summary>Adds a number from 0; false if the set already has it.</summary>
    /// <exception cref="InvalidOperationException">The set would have too many ranges; it is unchanged.</exception>
    public bool Add(long number)
    {
        var found = ranges.BinarySearch((number, long.MaxValue));
        var index = found < 0 ? ~found : found + 1;
        // Here ranges[index - 1] is the last one that starts at or before the number.
        if (index > 0 && ranges[index - 1].Last >= number)
        {
            return false;
        }
        var joinsLower = index > 0 && ranges[index - 1].Last == number - 1;
        var joinsUpper = index < ranges.Count && ranges[index].First == number + 1;
        switch (joinsLower, joinsUpper)
        {
            case (true, true):
                ranges[index - 1] = (ranges[index - 1].First, ranges[index].Last);
                ranges.RemoveAt(index);
                break;
            case (true, false):
                ranges[index - 1] = (ranges[index - 1].First, number);
                break;
            case (false, true):
                ranges[index] = (number, ranges[index].Last);
                break;
            default:
                if (ranges.Count == maxRanges)
                {
                    throw new InvalidOperationException($"More than {maxRanges} ranges of numbers.");
                }
                ranges.Insert(index, (number, number));
                break;
        }
        return true;
    }

    public override string ToString() => string.Join(',', ranges.Select(range => range.First == range.Last
        ? range.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));
}

using System.Globalization;

namespace Trainyard.Bench;

/// <summary>The <c>--name value</c> pairs of a command line.</summary>
internal sealed class BenchmarkOptions(IReadOnlyDictionary<string, string> values)
{
    public static BenchmarkOptions Parse(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < arguments.Count; index += 2)
        {
            if (!arguments[index].StartsWith("--", StringComparison.Ordinal) || index + 1 == arguments.Count)
            {
                throw new ArgumentException($"Options are pairs of --name and value; '{arguments[index]}' is not.", nameof(arguments));
            }
            values[arguments[index][2..]] = arguments[index + 1];
        }
        return new(values);
    }

    public string Text(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        values.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : otherwise;

    public TimeSpan Seconds(string name, int otherwise) => TimeSpan.FromSeconds(Number(name, otherwise));

    /// <summary>Numbers separated by commas.</summary>
    public int[] Numbers(string name, params int[] otherwise) =>
        values.TryGetValue(name, out var text) ? [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : otherwise;

    /// <summary><c>--database sqlite</c> or <c>postgres</c>; both when left out.</summary>
    public bool Includes(string database) => Text("database", database) == database;
}

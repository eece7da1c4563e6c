using System.Globalization;

namespace Trainyard.Bench;

/// <summary>The <c>--name value</c> pairs of a command line, and <c>--name</c> alone for what is on or off.</summary>
internal sealed class BenchmarkOptions(IReadOnlyDictionary<string, string> values)
{
    public static BenchmarkOptions Parse(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < arguments.Count; index++)
        {
            if (!IsName(arguments[index]))
            {
                throw new ArgumentException($"Options are --name value or --name; '{arguments[index]}' is neither.", nameof(arguments));
            }
            var hasValue = index + 1 < arguments.Count && !IsName(arguments[index + 1]);
            values[arguments[index][2..]] = hasValue ? arguments[++index] : "";
        }
        return new(values);
    }

    /// <summary>Whether it was given, without a value.</summary>
    public bool Has(string name) => values.TryGetValue(name, out var text)
        && (text.Length == 0 ? true : throw new ArgumentException($"--{name} takes no value.", nameof(name)));

    public string Text(string name, string otherwise) => Find(name) ?? otherwise;

    public int Number(string name, int otherwise) =>
        Find(name) is { } text ? int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : otherwise;

    public TimeSpan Seconds(string name, int otherwise) => TimeSpan.FromSeconds(Number(name, otherwise));

    /// <summary>Numbers separated by commas.</summary>
    public int[] Numbers(string name, params int[] otherwise) =>
        Find(name) is { } text ? [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : otherwise;

    /// <summary><c>--database sqlite</c> or <c>postgres</c>; both when left out.</summary>
    public bool Includes(string database) => Text("database", database) == database;

    private static bool IsName(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    private string? Find(string name) => values.TryGetValue(name, out var text)
        ? text.Length > 0 ? text : throw new ArgumentException($"--{name} needs a value.", nameof(name))
        : null;
}

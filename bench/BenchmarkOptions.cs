using System.Globalization;

namespace Trainyard.Bench;

/// <summary>The <c>--name value</c> pairs of a command line, and <c>--name</c> alone for switches.</summary>
internal sealed class BenchmarkOptions(IReadOnlyDictionary<string, string> values)
{
    public static BenchmarkOptions Parse(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < arguments.Count; index++)
        {
            if (!IsName(arguments[index]))
            {
                throw new ArgumentException(
                    $"Unexpected argument '{arguments[index]}'. Options are --name value, or --name alone for a switch.",
                    nameof(arguments));
            }
            var hasValue = index + 1 < arguments.Count && !IsName(arguments[index + 1]);
            values[arguments[index][2..]] = hasValue ? arguments[++index] : "";
        }
        return new(values);
    }

    /// <summary>Whether a switch is given.</summary>
    public bool Has(string name) => values.TryGetValue(name, out var text)
        && (text.Length == 0 ? true : throw new ArgumentException($"--{name} takes no value.", nameof(name)));

    public string Text(string name, string defaultValue) => Find(name) ?? defaultValue;

    public int Number(string name, int defaultValue) =>
        Find(name) is { } text ? int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : defaultValue;

    public TimeSpan Seconds(string name, int defaultValue) => TimeSpan.FromSeconds(Number(name, defaultValue));

    /// <summary>Numbers separated by commas.</summary>
    public int[] Numbers(string name, params int[] defaultValues) =>
        Find(name) is { } text ? [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : defaultValues;

    /// <summary><c>--database sqlite</c> or <c>postgres</c>; default: both.</summary>
    public bool Includes(string database) => Text("database", database) == database;

    private static bool IsName(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    private string? Find(string name) => values.TryGetValue(name, out var text)
        ? text.Length > 0 ? text : throw new ArgumentException($"--{name} needs a value.", nameof(name))
        : null;
}

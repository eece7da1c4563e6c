using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Trainyard.Bench;

internal static class BenchmarkOption
{
    private const string DatabaseName = "--database";

    public static Option<int> Number(string name, int defaultValue, string description) =>
        new(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => defaultValue };

    /// <summary>Numbers separated by commas.</summary>
    public static Option<int[]> Numbers(string name, string description, params int[] defaultValues) => new(name)
    {
        HelpName = "N,N",
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = ParseNumbers,
        DefaultValueFactory = _ => defaultValues,
    };

    public static Option<string> Text(string name, string defaultValue, string description) =>
        new(name) { HelpName = "TEXT", Description = description, DefaultValueFactory = _ => defaultValue };

    public static Option<string> Database() =>
        new Option<string>(DatabaseName) { HelpName = "sqlite|postgres", Description = "measure one database instead of both" }
            .AcceptOnlyFromAmong("sqlite", "postgres");

    /// <summary>Whether a benchmark with a <see cref="Database"/> option is to measure this database.</summary>
    public static bool Includes(this ParseResult options, string database) =>
        (options.GetValue<string>(DatabaseName) ?? database) == database;

    private static int[]? ParseNumbers(ArgumentResult result)
    {
        var numbers = new List<int>();
        foreach (var part in result.Tokens[0].Value.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                result.AddError($"'{part}' is not a whole number. Separate numbers with commas.");
                return null;
            }
            numbers.Add(number);
        }
        return [.. numbers];
    }
}

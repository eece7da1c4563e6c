using System.Globalization;
using System.Text.RegularExpressions;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>docs/settings.md against the options classes.</summary>
public sealed partial class SettingsTests
{
    [Fact]
    public async Task Every_setting_a_service_reads_is_documented()
    {
        var documented = await File.ReadAllTextAsync(Repository.PathTo("docs", "settings.md"));

        var settings = OptionsFiles().SelectMany(SettingsIn).ToList();

        Assert.True(settings.Count > 30, $"Only {settings.Count} settings were found.");
        Assert.All(settings, setting => Assert.Contains($"`{setting}`", documented, StringComparison.Ordinal));
    }

    /// <summary>A range of whole numbers can't be compared with 1e99, and ends the process without naming the setting.</summary>
    [Fact]
    public void Ranges_of_fractional_settings_are_fractional()
    {
        var wrong =
            from file in OptionsFiles()
            from range in WholeRange().Matches(File.ReadAllText(file))
            select $"{Path.GetFileName(file)}: {range.Groups["name"].Value}";

        Assert.Empty(wrong);
    }

    /// <summary>The message of a duration gives its range in the unit of its key; the attribute gives it as times.</summary>
    [Fact]
    public void Ranges_of_durations_are_those_their_messages_name()
    {
        var ranges = OptionsFiles().SelectMany(file => DurationRange().Matches(File.ReadAllText(file))).ToList();

        Assert.True(ranges.Count > 30, $"Only {ranges.Count} durations were found.");
        Assert.All(ranges, range => Assert.Equal(
            (TimeSpan.Parse(range.Groups["from"].Value, CultureInfo.InvariantCulture),
                TimeSpan.Parse(range.Groups["to"].Value, CultureInfo.InvariantCulture)),
            (Duration(range.Groups["min"].Value, range.Groups["unit"].Value),
                Duration(range.Groups["max"].Value, range.Groups["unit"].Value))));
    }

    private static TimeSpan Duration(string count, string unit) => double.Parse(count, CultureInfo.InvariantCulture) * (unit switch
    {
        "MS" => TimeSpan.FromMilliseconds(1),
        "HOURS" => TimeSpan.FromHours(1),
        "DAYS" => TimeSpan.FromDays(1),
        _ => TimeSpan.FromSeconds(1),
    });

    private static IEnumerable<string> OptionsFiles() =>
        ((string[])["ServiceDefaults", "Standalone", "gateway", "services", "libraries"])
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathTo(folder), "*.cs", SearchOption.AllDirectories));

    private static IEnumerable<string> SettingsIn(string file)
    {
        var source = File.ReadAllText(file);
        return Section().Match(source) is { Success: true } section
            ? Key().Matches(source).Select(key => $"{section.Groups["name"].Value}__{key.Groups["name"].Value}")
            : [];
    }

    [GeneratedRegex("const string Section = \"(?<name>[A-Z]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Section();

    [GeneratedRegex(
        @"\[Range\([0-9_]+, [0-9_]+[,)][^\]]*\]\s*public (double|float) (?<name>\w+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex WholeRange();

    [GeneratedRegex(
        @"typeof\(TimeSpan\), ""(?<from>[^""]+)"", ""(?<to>[^""]+)"",\s*ErrorMessage = "
        + @"""[A-Z_]+_(?<unit>[A-Z]+) must be from (?<min>[0-9.]+)( \(never\))? to (?<max>[0-9.]+)\.""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex DurationRange();

    [GeneratedRegex("ConfigurationKeyName\\(\"(?<name>[A-Z_]+)\"\\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}

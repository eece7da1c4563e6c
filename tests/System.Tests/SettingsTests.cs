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

    private static IEnumerable<string> OptionsFiles() =>
        ((string[])["ServiceDefaults", "Standalone", "gateway", "services"])
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

    [GeneratedRegex("ConfigurationKeyName\\(\"(?<name>[A-Z_]+)\"\\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}

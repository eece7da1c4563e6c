using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Experiments.Search;

public partial class DocumentedExamplesTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Every_example_of_the_search_page_works(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Metrics("r", 1,
            new() { ["val_loss"] = 1, ["val/loss"] = double.NaN, ["loss"] = double.PositiveInfinity, ["accuracy"] = 0.95 }));
        var page = await File.ReadAllTextAsync(Path.Combine(Repository(), "docs", "search.md"), TestContext.Current.CancellationToken);

        var answered = 0;
        foreach (Match block in Blocks().Matches(page))
        {
            foreach (var example in block.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                await store.GetAsync($"/api/runs?{block.Groups["parameter"].Value}={Uri.EscapeDataString(example)}");
                answered++;
            }
        }
        Assert.True(answered >= 15, $"Only {answered} examples were found.");
    }

    private static string Repository([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Aspire.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? throw new InvalidOperationException($"No repository holds {here}.");
    }

    [GeneratedRegex("^```(?<parameter>filter|order_by)\n(?<lines>.*?)^```",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Blocks();
}

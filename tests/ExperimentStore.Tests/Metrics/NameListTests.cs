using Trainyard.Contracts.Errors;
using Trainyard.Harness;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Tests.Metrics;

public class NameListTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory]
    [InlineData("a,b", "a|b")]
    [InlineData("\"a,b\",c", "a,b|c")]
    [InlineData("`a,b`,c,`c`", "a,b|c")]
    [InlineData("\"say \"\"hi\"\", then\"", "say \"hi\", then")]
    [InlineData("a\"b,c`", "a\"b|c`")]
    [InlineData(",a,,b,", "a|b")]
    [InlineData("", "")]
    public void One_parameter_is_a_list_in_which_quotes_keep_commas(string given, string names) =>
        Assert.Equal(names, string.Join('|', NameList.Parse([given], "keys") ?? []));

    [Fact]
    public void Several_parameters_are_names_as_they_are() =>
        Assert.Equal(["a,b", "\"c\""], NameList.Parse(["a,b", "\"c\"", "a,b"], "keys"));

    [Theory]
    [InlineData("\"a,b")]
    [InlineData("a,`b`c")]
    public void A_quote_without_its_end_is_refused(string given) =>
        Assert.Contains("keys", Assert.Throws<TrainyardException>(() => NameList.Parse([given], "keys")).Message, StringComparison.Ordinal);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_series_with_a_comma_in_its_name_is_read_by_every_list(string database)
    {
        await using var store = await StartAsync(database);
        await store.StoreAsync(Event.Metrics("r", 1, new() { ["a,b"] = 1, ["a"] = 2, ["b"] = 3 }) with { ExperimentId = "e" });
        var (quoted, literal) = (Uri.EscapeDataString("\"a,b\""), "keys=a,b&keys=none");

        foreach (var (path, names) in ((string, string[])[])[
            ($"/api/runs/r/metrics?keys={quoted}", ["a,b"]), ($"/api/runs/r/metrics?{literal}", ["a,b"]),
                ("/api/runs/r/metrics?keys=a,b", ["a", "b"])])
        {
            Assert.Equal(names, (await store.GetAsync(path)).GetProperty("series").EnumerateArray()
                .Select(series => series.GetProperty("name").GetString()));
        }
        Assert.Equal("a,b", (await store.GetAsync($"/api/metrics?runs=r&keys={quoted}")).GetProperty("runs")[0].GetProperty("series")[0]
            .GetProperty("name").GetString());
        Assert.Equal(1, (await store.GetAsync($"/api/runs?metrics={quoted}")).GetProperty("items")[0].GetProperty("metrics")
            .GetProperty("a,b").GetDouble());
        Assert.Contains("a,b", await store.Http.GetStringAsync(new Uri($"/api/runs/r/export?format=csv&{literal}", UriKind.Relative)),
            StringComparison.Ordinal);
    }
}

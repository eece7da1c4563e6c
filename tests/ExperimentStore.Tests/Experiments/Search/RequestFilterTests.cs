using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Experiments.Search;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Tests.Experiments.Search;

public class RequestFilterTests
{
    [Fact]
    public void An_invalid_filter_is_a_problem_of_its_parameter()
    {
        var refused = Assert.Throws<TrainyardException>(() => RequestFilter.Parse("metrics.a = ", "where"));

        Assert.Equal(ErrorCode.ConfigInvalid, refused.Code);
        Assert.Equal([new("where", "character 13: expected a number or a text in quotes, at the end")], refused.Problems);
        Assert.Equal("order_by",
            Assert.Throws<TrainyardException>(() => RequestFilter.ParseOrder("created_at up")).Problems[0].Field);
    }

    [Fact]
    public void Names_and_texts_are_compared_as_they_are_stored() => Assert.Equal(
        new Clause(new TagField("a\uFFFDb"), Comparison.Equal, [new Text("c\uFFFD😀")]), RequestFilter.Parse("tags.`a\0b` = 'c\ud800😀'"));

    [Fact]
    public void Names_have_the_limits_of_stored_names()
    {
        RequestFilter.Parse($"tags.{new string('n', TagLimits.MaxName)} = 'a'");
        Assert.Throws<TrainyardException>(() => RequestFilter.Parse($"tags.{new string('n', TagLimits.MaxName + 1)} = 'a'"));
    }

    [Fact]
    public void Filters_know_every_status_of_a_run() =>
        Assert.Equal(Enum.GetValues<RunStatus>().Select(status => status.Name()), RunAttribute.Statuses);
}

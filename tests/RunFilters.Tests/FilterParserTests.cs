namespace Trainyard.RunFilters.Tests;

public class FilterParserTests
{
    [Theory]
    [InlineData("""metrics.val_loss < 2 and params.lr = "0.001" and tags.team = "nlp" and attributes.status = "completed" """,
        """metrics.`val_loss` < 2 AND params.`lr` = "0.001" AND tags.`team` = "nlp" AND attributes.status = "completed" """)]
    [InlineData("metric.`val/loss`>=1e-3", "metrics.`val/loss` >= 0.001")]
    [InlineData("metrics.\"a \"\"b\"\"\" != -.5", "metrics.`a \"b\"` != -0.5")]
    [InlineData("metrics.train/loss:last <= Infinity", "metrics.`train/loss:last` <= Infinity")]
    [InlineData("min( metrics.loss ) < 1 OR max(metric.loss) IS NOT NULL", "min(metrics.`loss`) < 1 OR max(metrics.`loss`) IS NOT NULL")]
    [InlineData("nan_count(metrics.loss) > 0", "nan_count(metrics.`loss`) > 0")]
    [InlineData("parameters.model.layers in (1, '2', true)", "params.model.layers IN (1, \"2\", \"true\")")]
    [InlineData("param.a LIKE '50\\%%' and parameter.b ilike 'X_'", "params.`a` LIKE \"50\\\\%%\" AND params.`b` ILIKE \"X_\"")]
    [InlineData("tag.x = 'it''s' and tag.y = \"say \\\"hi\\\"\"", "tags.`x` = \"it's\" AND tags.`y` = \"say \\\"hi\\\"\"")]
    [InlineData("tags.`mlflow.user` <> 'C:\\new'", "tags.`mlflow.user` != \"C:\\\\new\"")]
    [InlineData("run_name = 'a' and run_id not in ('x') and start_time > 1700000000000",
        "attributes.name = \"a\" AND attributes.run_id NOT IN (\"x\") AND attributes.started_at > 1700000000000")]
    [InlineData("attribute.`Run name` = 'a'", "attributes.name = \"a\"")]
    [InlineData("status = 'FINISHED' or status in ('KILLED', 'queued')",
        "attributes.status = \"completed\" OR attributes.status IN (\"cancelled\", \"queued\")")]
    [InlineData("a.b = 1", null)]
    [InlineData("not metrics.a is nan and (metrics.b is not nan or not (tags.c is null))",
        "NOT metrics.`a` IS NAN AND (metrics.`b` IS NOT NAN OR NOT tags.`c` IS NULL)")]
    [InlineData("metrics.a=1 or metrics.b=2 and metrics.c=3", "metrics.`a` = 1 OR metrics.`b` = 2 AND metrics.`c` = 3")]
    [InlineData("(metrics.a=1 or metrics.b=2) and metrics.c=3", "(metrics.`a` = 1 OR metrics.`b` = 2) AND metrics.`c` = 3")]
    [InlineData("created_at >= '2026-03-04' and pinned = true", "attributes.created_at >= \"2026-03-04\" AND attributes.pinned = true")]
    [InlineData("tags.größe = '大' and params.`😀` = '😀'", "tags.`größe` = \"大\" AND params.`😀` = \"😀\"")]
    public void Filters_are_read_and_print_as_what_parses_again(string text, string? printed)
    {
        if (printed is null)
        {
            Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text));
            return;
        }
        var filter = FilterParser.Parse(text);

        Assert.Equal(printed.TrimEnd(), filter.ToString());
        Assert.Equal(filter, FilterParser.Parse(filter.ToString()));
    }

    [Theory]
    [InlineData("", 1, "expected metrics.NAME, params.NAME, tags.NAME or attributes.NAME, at the end")]
    [InlineData("metrics.loss", 13, "expected a comparison (=, !=, <, <=, >, >=, LIKE, ILIKE, IN, NOT IN, IS), at the end")]
    [InlineData("metrics.loss < ", 16, "expected a number or a text in quotes, at the end")]
    [InlineData("metrics.loss < 'x'", 16, "expected a number, near ''x''")]
    [InlineData("metrics.loss < 2 xor tags.a = 'b'", 18, "expected AND, OR or the end, near 'xor tags.a = 'b''")]
    [InlineData("(metrics.loss < 2", 18, "expected AND, OR or ), at the end")]
    [InlineData("metrics.loss < 2)", 17, "expected AND, OR or the end, near ')'")]
    [InlineData("metric.loss = NaN", 15, "NaN equals nothing: write IS NAN, near 'NaN'")]
    [InlineData("metrics. < 2", 10, "expected a name of 1 to 250 characters, near '< 2'")]
    [InlineData("loss < 2", 1, "expected metrics.NAME, params.NAME, tags.NAME or attributes.NAME, near 'loss < 2'")]
    [InlineData("metrics.a = 1 and metrix.b = 2", 19,
        "expected metrics.NAME, params.NAME, tags.NAME or attributes.NAME, near 'metrix.b = 2'")]
    [InlineData("tags.a = 5", 10, "expected a text in quotes, near '5'")]
    [InlineData("tags.a < 'b'", 8, "< does not apply to tags.`a`, near '< 'b''")]
    [InlineData("params.a > 'b'", 12, "expected a number, near ''b''")]
    [InlineData("params.a is nan", 10, "IS NAN does not apply to params.`a`, near 'is nan'")]
    [InlineData("metrics.a like 'b'", 11, "LIKE does not apply to metrics.`a`, near 'like 'b''")]
    [InlineData("status = 'dead'", 10,
        "expected a status (queued, running, completed, failed, cancelled, interrupted, unknown), near ''dead''")]
    [InlineData("attributes.colour = 'red'", 12, "expected an attribute: one of run_id, name, status, kind")]
    [InlineData("tags.a = 'open", 10, "expected the ' that ends this text, near ''open'")]
    [InlineData("tags.`a = 'b'", 6, "expected the ` that ends this name, near '`a = 'b''")]
    [InlineData("metrics.a in 1", 14, "expected ( and the values, near '1'")]
    [InlineData("metrics.a in (1 2)", 17, "expected , or ), near '2)'")]
    [InlineData("metrics.a in ()", 15, "expected a number or a text in quotes, near ')'")]
    [InlineData("metrics.a not like 1", 15, "expected IN, near 'like 1'")]
    [InlineData("metrics.a is 5", 14, "expected NULL, NAN or NOT, near '5'")]
    [InlineData("avg(metrics.a) = 1", 1, "expected one of last, min, max, count")]
    [InlineData("min(params.a) = 1", 5, "expected metrics.NAME, near 'params.a) = 1'")]
    [InlineData("metrics.a = 1e999", 13, "expected a number or a text in quotes, near '1e999'")]
    [InlineData("metrics.a = 12abc", 13, "expected a number or a text in quotes, near '12abc'")]
    [InlineData("created_at > 'yesterday'", 14, "expected a time: milliseconds since 1970")]
    [InlineData("pinned = 1", 10, "expected true or false, near '1'")]
    public void What_is_wrong_is_told_with_its_place(string text, int character, string message)
    {
        var refused = Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text));

        Assert.Equal(character, refused.Character);
        Assert.StartsWith($"character {character}: {message}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_is_bounded_in_length_depth_clauses_and_values()
    {
        var clause = "metrics.a = 1";
        FilterParser.Parse(string.Join(" or ", Enumerable.Repeat(clause, FilterLimits.Default.Clauses)));
        FilterParser.Parse($"{new string('(', 50)}{clause}{new string(')', 50)}");
        foreach (var text in (string[])[
            new('(', 5000), string.Concat(Enumerable.Repeat("not ", 2000)) + clause, $"{new string('(', 51)}{clause}{new string(')', 51)}",
            string.Join(" or ", Enumerable.Repeat(clause, FilterLimits.Default.Clauses + 1)), new(' ', FilterLimits.Default.Characters + 1),
            $"metrics.a in ({string.Join(',', Enumerable.Repeat("1", FilterLimits.Default.Values + 1))})",
            $"metrics.{new string('n', 251)} = 1"])
        {
            Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text));
        }
    }

    [Fact]
    public void Any_filter_prints_as_text_that_parses_to_it()
    {
        var random = new Random(42);
        for (var round = 0; round < 5000; round++)
        {
            var filter = RandomFilters.Any(random, 4);
            Assert.Equal(filter, FilterParser.Parse(filter.ToString()));
        }
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_a_place_within_it()
    {
        const string Alphabet = "metrics.params`'\"\\()=<>!,AND OR NOT IS NULL NAN IN LIKE 0.1e-5\0\ud83d\ude00é\ud800 ";
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var text = random.Next(2) == 0
                ? string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]))
                : Spoilt(RandomFilters.Any(random, 3).ToString(), random);
            try
            {
                var filter = FilterParser.Parse(text);
                Assert.Equal(filter, FilterParser.Parse(filter.ToString()));
            }
            catch (FilterSyntaxException refused)
            {
                Assert.InRange(refused.Character ?? 0, 1, text.Length + 1);
            }
        }
    }

    private static string Spoilt(string text, Random random) => text.Remove(random.Next(text.Length), 1);
}

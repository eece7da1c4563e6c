namespace Trainyard.Contracts.Tests;

public class IdentifierTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("run-4f9k2m7qx1tz")]
    [InlineData("A.b_C-1")]
    [InlineData(".hidden")]
    [InlineData("...a")]
    public void Ids_of_the_allowed_characters_are_valid(string id)
    {
        Assert.True(Identifier.IsValid(id));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0")]
    [InlineData("a\n")]
    [InlineData("größe")]
    [InlineData("ａ")]
    public void What_could_be_more_than_a_name_is_not(string id)
    {
        Assert.False(Identifier.IsValid(id));
    }

    [Fact]
    public void The_longest_id_has_128_characters()
    {
        Assert.True(Identifier.IsValid(new string('a', 128)));
        Assert.False(Identifier.IsValid(new string('a', 129)));
    }

    [Fact]
    public void Made_ids_are_valid_and_differ()
    {
        var made = Enumerable.Range(0, 1000).Select(_ => Identifier.Create("run")).ToHashSet();

        Assert.Equal(1000, made.Count);
        Assert.All(made, id => Assert.True(Identifier.IsValid(id) && id.StartsWith("run-", StringComparison.Ordinal), id));
    }
}

using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Tests.Runs;

public sealed class PrivacyTests
{
    [Theory]
    [InlineData("first try", "first try")]
    [InlineData("lr 0.001, batch 32", "lr 0.001, batch 32")]
    [InlineData("of /home/me/text.txt now", "of … now")]
    [InlineData(@"of C:\Users\me\text.txt", "of …")]
    [InlineData("../secret/corpus", "…")]
    [InlineData("https://host.example/a?token=1", "…")]
    [InlineData("with ty-0123456789abcdef0123456789abcdef", "with …")]
    [InlineData("xoxb-1234-abcdef", "…")]
    [InlineData("hf_abcdefghijklmnopqrst", "…")]
    [InlineData("a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6a7b8", "…")]
    [InlineData("two\nlines\u202e", "twolines")]
    [InlineData(null, "")]
    public void A_name_loses_paths_keys_and_control_characters(string? name, string expected) =>
        Assert.Equal(expected, Privacy.Clean(name));

    [Theory]
    [InlineData("train_loss", "train_loss")]
    [InlineData("eval/home/me/corpus.txt/loss", "eval loss")]
    [InlineData("eval/loss", "eval loss")]
    [InlineData("stats/grad", "stats grad")]
    public void The_metric_of_an_evaluation_does_not_name_its_text(string metric, string expected) =>
        Assert.Equal(expected, Privacy.CleanMetric(metric));

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        var cut = Privacy.Clean(string.Concat(Enumerable.Repeat("🚂", 200)));

        Assert.True(cut.Length <= 80);
        Assert.DoesNotContain('\ufffd', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(cut)));
    }
}

using Trainyard.Contracts.TrainEvents;

namespace Trainyard.Contracts.Tests.TrainEvents;

public class PublicTextTests
{
    [Theory]
    [InlineData("out of memory", "out of memory")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("learning_rate must be from 0 to 1, not 7 tokens/s", "learning_rate must be from 0 to 1, not 7 tokens/s")]
    [InlineData("There is no file at /home/ada/secret project/x.txt", "There is no file at secret project/x.txt")]
    [InlineData("'/home/ada/my text/x.txt' is empty", "'x.txt' is empty")]
    [InlineData("can't open ~/notes/diary.txt: no such file", "can't open diary.txt: no such file")]
    [InlineData(@"C:\Users\ada\x.txt is locked", "x.txt is locked")]
    [InlineData(@"""\\server\share\x.txt"" is locked", "\"x.txt\" is locked")]
    [InlineData("(/srv/a/b.txt,/srv/a/c.txt)", "(b.txt,c.txt)")]
    [InlineData("path=/srv/a/b.txt", "path=b.txt")]
    [InlineData("GET https://ada:hunter2@store.example/bucket?sig=abc failed", "GET https://… failed")]
    [InlineData("postgres://trainyard:hunter2@db/trials", "postgres://…")]
    [InlineData("Host=db;Password=hunter2;Port=1", "Host=db;Password=…;Port=1")]
    [InlineData("api_key: \"hunter2\" was refused", "api_key: \"…\" was refused")]
    [InlineData("Authorization: Bearer abcdef123", "Authorization: Bearer …")]
    [InlineData("key ty-0123456789abcdef0123456789abcdef0123456789abcdef is wrong", "key … is wrong")]
    [InlineData("first line\nsecond line", "first line")]
    [InlineData("Traceback (most recent call last):\n  File \"/srv/a.py\"\nValueError: 7", "ValueError: 7")]
    [InlineData("unknown token 'Once upon a time there was a girl who lived in a house.'", "unknown token '…'")]
    [InlineData("can't read 'Once upon a time there was a girl who didn't live in a house.' again", "can't read '…' again")]
    [InlineData("unknown token 'Once upon a time there was a girl who lived in a hou", "unknown token '…'")]
    [InlineData("unknown token 'Once' after \"upon\", didn't expect it", "unknown token 'Once' after \"upon\", didn't expect it")]
    public void A_message_names_no_place_no_key_and_no_passage(string? message, string shown) =>
        Assert.Equal(shown, PublicText.Message(message));

    [Theory]
    [InlineData("checkpoints/100", "checkpoints/100")]
    [InlineData("model.safetensors", "model.safetensors")]
    [InlineData("/home/ada/run/ckpt.pt", "ckpt.pt")]
    [InlineData("/home/ada/run/", "run")]
    [InlineData("~/run/ckpt.pt", "ckpt.pt")]
    [InlineData(@"C:\run\ckpt.pt", "ckpt.pt")]
    [InlineData("../../run/ckpt.pt", "ckpt.pt")]
    [InlineData("s3://bucket/run/ckpt.pt?X-Amz-Signature=abc", "ckpt.pt")]
    [InlineData("/", "…")]
    [InlineData("", "…")]
    public void A_path_outside_of_the_run_is_its_name(string path, string shown) => Assert.Equal(shown, PublicText.PathOf(path));

    [Fact]
    public void Long_texts_are_cut_and_hostile_ones_take_no_time()
    {
        Assert.Equal(PublicText.MaxLength, PublicText.Message(string.Concat(Enumerable.Repeat("too long ", 1000))).Length);
        Assert.Equal(PublicText.MaxLength, PublicText.PathOf(new string('x', 4000)).Length);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        string[] hostile =
        [
            new('/', 100_000), new('\'', 100_000), string.Concat(Enumerable.Repeat("a://", 50_000)), $"pass{new string(' ', 100_000)}",
        ];
        foreach (var text in hostile)
        {
            Assert.True(PublicText.Message(text).Length <= PublicText.MaxLength);
        }
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }
}

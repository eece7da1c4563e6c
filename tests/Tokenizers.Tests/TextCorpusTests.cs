using System.Text;

namespace Trainyard.Tokenizers.Tests;

public sealed class TextCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_read_in_order_without_what_is_not_text()
    {
        _folder.Write("b.txt", "two\nlines");
        _folder.Write("a/z.md", "one\n");
        _folder.Write("Z.txt", "é");
        foreach (var name in (string[])
            [".hidden", ".git/config", "bin/x.txt", "obj/x.txt", "node_modules/x.txt", "artifacts/x.txt", "kept/out.txt"])
        {
            _folder.Write(name, "not this");
        }
        _folder.Write("empty.txt", "");
        _folder.Write("image.png", [0x89, 0x50, 0x4E, 0x47, 0x00]);
        _folder.Write("latin1.txt", [0x61, 0xE9, 0x62]);
        _folder.Write("cut.txt", [0x61, 0xC3]);

        var corpus = TextCorpus.Open(_folder.Path, new() { ExcludedFolders = [_folder.At("kept")] });

        Assert.Equal(
            [("Z.txt", 2L, 1L), ("a/z.md", 4, 1), ("b.txt", 9, 2)],
            corpus.Files.Select(file => (file.RelativePath, file.Bytes, file.Lines)));
        Assert.Equal((15, 4), (corpus.Bytes, corpus.Lines));
        Assert.Equal(
            [
                new("artifacts", "a folder for build output"), new("bin", "a folder for build output"), new("cut.txt", "not UTF-8 text", 1),
                new("empty.txt", "empty"), new("image.png", "binary", 4), new("latin1.txt", "not UTF-8 text", 1),
                new("node_modules", "a folder for build output"), new("obj", "a folder for build output"),
            ],
            corpus.Skipped);
        Assert.Equal(["é", "one\n", "two\n", "lines"], corpus.ReadLines().Select(line => Encoding.UTF8.GetString(line.Span)));
        Assert.Contains("Left out latin1.txt: not UTF-8 text, at byte 1.", corpus.Notices);
    }

    [Fact]
    public void Links_inside_the_folder_are_followed_once()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("secret.txt", "secret");
        _folder.Write("corpus/a.txt", "a");
        _folder.Write("corpus/deep/b.txt", "b");
        _folder.Write("store/c.txt", "c");
        _folder.Write("store/.hidden/d.txt", "d");
        Link("corpus/again.txt", _folder.At("corpus/a.txt"));
        Link("corpus/around", _folder.At("corpus"));
        Link("corpus/chain.txt", _folder.At("corpus/one.txt"));
        Link("corpus/gone.txt", _folder.At("corpus/nothing.txt"));
        Link("corpus/hidden.txt", _folder.At("store/.hidden/d.txt"));
        Link("corpus/loop.txt", _folder.At("corpus/loop.txt"));
        Link("corpus/one.txt", "../store/c.txt");
        Link("corpus/out.txt", elsewhere.At("secret.txt"));
        Link("corpus/stored", _folder.At("store"));

        var corpus = TextCorpus.Open(_folder.At("corpus"), new() { LinkRoot = _folder.Path });

        Assert.Equal(["a.txt", "chain.txt", "deep/b.txt"], corpus.Files.Select(file => file.RelativePath));
        Assert.Equal(["a", "c", "b"], corpus.ReadLines().Select(line => Encoding.UTF8.GetString(line.Span)));
        Assert.Equal(
            [
                ("again.txt", "a link to a file that is read already"), ("around", "a link to a folder that is read already"),
                ("gone.txt", "a link to nothing"), ("hidden.txt", "a link to what is left out"), ("loop.txt", "a link to nothing"),
                ("one.txt", "a link to a file that is read already"), ("out.txt", "a link that leads out of the corpus folder"),
            ],
            corpus.Skipped.Select(file => (file.RelativePath, file.Reason)));
        Assert.Equal(["a.txt", "deep/b.txt"], TextCorpus.Open(_folder.At("corpus")).Files.Select(file => file.RelativePath));

        void Link(string path, string target) => File.CreateSymbolicLink(_folder.At(path), target);
    }

    [Fact]
    public void A_linked_folder_is_read_under_the_name_of_the_link()
    {
        _folder.Write("store/c.txt", "c");
        _folder.Write("corpus/a.txt", "a");
        Directory.CreateSymbolicLink(_folder.At("corpus/more"), _folder.At("store"));

        Assert.Equal(
            ["a.txt", "more/c.txt"],
            TextCorpus.Open(_folder.At("corpus"), new() { LinkRoot = _folder.Path }).Files.Select(file => file.RelativePath));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_replaced_where_that_is_asked_for()
    {
        var lines = Enumerable.Range(0, 50_000).Select(line => $"line {line}\n").ToArray();
        byte[] bytes = [.. Encoding.UTF8.GetBytes(string.Concat(lines)), 0xE9, (byte)'\n'];
        _folder.Write("long.txt", bytes);
        _folder.Write("image.png", [0x89, 0x50, 0x4E, 0x47, 0x00]);

        Assert.Throws<TextCorpusException>(() => TextCorpus.Open(_folder.Path));
        var corpus = TextCorpus.Open(_folder.Path, new() { ReplaceInvalidBytes = true });

        Assert.Equal(bytes.Length - 2, Assert.Single(corpus.Files).FirstInvalidByte);
        Assert.Equal([new("image.png", "binary", 4)], corpus.Skipped);
        Assert.Equal([.. lines, "\uFFFD\n"], corpus.ReadLines().Select(line => Encoding.UTF8.GetString(line.Span)));
        Assert.Equal(
            string.Concat(lines) + "\uFFFD\n",
            string.Concat(corpus.ReadBlocks(1000).Select(block => Encoding.UTF8.GetString(block.Text.Span))));
        Assert.Equal(50_001, BpeTrainer.Train(corpus, new() { VocabularySize = 300, Normalization = TextNormalization.Nfc }).TrainingLines);
        Assert.Contains(corpus.Notices, notice => notice.Contains(
            $"long.txt that are not UTF-8 as U+FFFD, the first at byte {bytes.Length - 2}", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_nothing_is_readable_the_message_says_why()
    {
        _folder.Write("latin1.txt", [0x61, 0xE9, 0x62]);

        var error = Assert.Throws<TextCorpusException>(() => TextCorpus.Open(_folder.Path));

        Assert.Contains("latin1.txt: not UTF-8 text, at byte 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_and_what_holds_no_text_are_told_apart()
    {
        var binary = _folder.Write("only/image.png", [0, 1, 2]);

        Assert.Equal(TextCorpusProblem.Missing, Assert.Throws<TextCorpusException>(() => TextCorpus.Open(_folder.At("nothing"))).Problem);
        Assert.Equal(TextCorpusProblem.NothingReadable, Assert.Throws<TextCorpusException>(() => TextCorpus.Open(binary)).Problem);
        Assert.Equal(TextCorpusProblem.NothingReadable, Assert.Throws<TextCorpusException>(() => TextCorpus.Open(_folder.Path)).Problem);
        Assert.NotNull(TextCorpus.WhyNoText(_folder.Path));
        Assert.Equal("there is no file or folder", TextCorpus.WhyNoText(_folder.At("nothing")));
        _folder.Write("some.txt", "text");
        Assert.Null(TextCorpus.WhyNoText(_folder.Path));
    }

    [Fact]
    public void The_fingerprint_follows_names_and_contents_and_not_the_place()
    {
        using var elsewhere = new TemporaryFolder();
        _folder.Write("a.txt", "one");
        elsewhere.Write("a.txt", "one");
        var fingerprint = TextCorpus.Open(_folder.Path).Fingerprint;

        Assert.Equal(fingerprint, TextCorpus.Open(elsewhere.Path).Fingerprint);
        elsewhere.Write("a.txt", "two");
        Assert.NotEqual(fingerprint, TextCorpus.Open(elsewhere.Path).Fingerprint);
        File.Move(_folder.At("a.txt"), _folder.At("b.txt"));
        Assert.NotEqual(fingerprint, TextCorpus.Open(_folder.Path).Fingerprint);
    }

    [Fact]
    public void Blocks_hold_the_whole_corpus_and_end_where_words_do()
    {
        var texts = new[] { Texts.Invented(seed: 5, words: 3000), string.Join('\n', Texts.Varied), new string('日', 5000) };
        for (var i = 0; i < texts.Length; i++)
        {
            _folder.Write($"{i}.txt", texts[i]);
        }
        var tokenizer = BpeTrainer.Train(TextCorpus.Open(_folder.Path), new() { VocabularySize = 600 }).Tokenizer;

        var (bytes, ids) = (new List<byte>(), new List<int>());
        var ends = 0;
        foreach (var block in TextCorpus.Open(_folder.Path).ReadBlocks(4000))
        {
            bytes.AddRange(block.Text.Span);
            ends += block.EndsFile ? 1 : 0;
            if (block.FileIndex < 2)
            {
                tokenizer.Encode(block.Text.Span, ids);
            }
        }

        Assert.Equal(string.Concat(texts), Encoding.UTF8.GetString([.. bytes]));
        Assert.Equal(3, ends);
        Assert.Equal([.. tokenizer.Encode(texts[0]), .. tokenizer.Encode(texts[1])], ids);
    }

    [Fact]
    public void No_block_ends_inside_a_special_token()
    {
        const string Token = "<the end>";
        var text = string.Concat(Enumerable.Range(0, 2000).Select(index => new string('x', index % 11) + Token))
            + new string('日', 3000) + Token;
        _folder.Write("a.txt", text);

        var blocks = TextCorpus.Open(
            _folder.Path).ReadBlocks(500, unbroken: [Token]).Select(block => Encoding.UTF8.GetString(block.Text.Span)).ToList();

        Assert.Equal(text, string.Concat(blocks));
        Assert.Equal(2001, blocks.Sum(block => block.Split(Token).Length - 1));
    }

    [Fact]
    public void A_file_of_several_buffers_is_scanned_without_breaking_characters()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("日本", 500_000)) + "\n";
        var corpus = TextCorpus.Open(_folder.Write("long.txt", text));

        Assert.Equal((Encoding.UTF8.GetByteCount(text), 1), (corpus.Bytes, corpus.Lines));
        Assert.All(corpus.ReadLines(), piece => Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(piece.Span)));
    }

    [Theory]
    [InlineData(1000, 100)]
    [InlineData(1000, 999)]
    [InlineData(7, 3)]
    [InlineData(5, 50)]
    public void A_sample_has_exactly_as_many_lines_as_asked_for(int lines, int wanted)
    {
        var selection = new LineSelection(lines, wanted, holdoutFraction: 0, seed: 1);

        Assert.Equal(Math.Min(lines, wanted), Enumerable.Range(0, lines).Count(line => selection.Of(line) == LineUse.Train));
    }

    [Fact]
    public void About_the_wanted_share_of_lines_is_held_out_and_the_seed_chooses_which()
    {
        int[] HeldOut(ulong seed) =>
        [
            .. Enumerable.Range(0, 10_000)
                .Where(line => new LineSelection(10_000, sampleLines: null, 0.1, seed).Of(line) == LineUse.HoldOut),
        ];

        Assert.InRange(HeldOut(1).Length, 850, 1150);
        Assert.Equal(HeldOut(1), HeldOut(1));
        Assert.NotEqual(HeldOut(1), HeldOut(2));
    }
}

using System.Text.Json.Nodes;

namespace Trainyard.Tokenizers.Tests;

public sealed class LayoutTests(HuggingFace huggingFace) : IDisposable
{
    private static readonly string[] _texts =
    [
        .. Texts.Varied, .. Texts.Tricky, Texts.Invented(seed: 2, words: 500),
        "<|begin_of_text|>Hi<|eot_id|>\n<|im_start|>user\ne\u0301<|im_end|><tool_call>{}<|endoftext|> <|end_of_text|>",
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => Layouts.Names;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_file_in_the_layout_of_others_gives_the_ids_that_it_gives_by_Hugging_Face(string layout)
    {
        var path = Layouts.Write(_folder, layout);

        await AssertSameAsync(BpeTokenizer.Load(path), path);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_file_that_is_read_and_written_means_the_same_to_Hugging_Face(string layout)
    {
        var tokenizer = BpeTokenizer.Load(Layouts.Write(_folder, layout));
        var folder = Directory.CreateDirectory(_folder.At("again")).FullName;
        var again = Path.Combine(folder, "tokenizer.json");
        tokenizer.Save(again);
        TransformersFile.Write(tokenizer, folder);

        await AssertSameAsync(tokenizer, again);
        await AssertSameAsync(BpeTokenizer.Load(again), again);
        var transformers = await huggingFace.Transform(folder, ["Hello, world! 1234<|endoftext|>"]);
        Assert.Equal(tokenizer.EncodeWhole("Hello, world! 1234<|endoftext|>"), transformers[0].Ids);
    }

    [Fact]
    public void Llamas_beginning_and_end_of_text_are_known_by_their_names()
    {
        var tokenizer = BpeTokenizer.Load(Layouts.Write(_folder, "llama3"));
        var size = tokenizer.VocabularySize - 4;

        Assert.Equal((size, size + 1, size + 1), (tokenizer.BeginOfTextId, tokenizer.EndOfTextId, tokenizer.PaddingId));
        Assert.Equal([size, .. tokenizer.Encode("the")], tokenizer.EncodePrompt("the"));
        var config = JsonNode.Parse(TransformersFile.Of(tokenizer)[0].Json);
        Assert.Equal(
            ("<|begin_of_text|>", "<|end_of_text|>"), (config?["bos_token"]?.GetValue<string>(), config?["eos_token"]?.GetValue<string>()));
    }

    [Fact]
    public async Task A_word_in_the_vocabulary_is_one_token_where_merges_are_ignored()
    {
        var path = Layouts.Write(_folder, "llama3", json =>
        {
            var vocabulary = json["model"]?["vocab"]?.AsObject() ?? [];
            var (added, size) = (json["added_tokens"]?.AsArray() ?? [], vocabulary.Count);
            added.Clear();
            json["post_processor"] = null;
            vocabulary["Ġunmergeable"] = size;
        });
        var tokenizer = BpeTokenizer.Load(path);

        Assert.Equal([tokenizer.VocabularySize - 1], tokenizer.Encode(" unmergeable"));
        await AssertSameAsync(tokenizer, path);
    }

    [Fact]
    public async Task A_space_goes_before_a_text_where_the_file_says_so()
    {
        var path = Layouts.Write(_folder, "gpt2", json => json["pre_tokenizer"]?["add_prefix_space"] = true);
        var tokenizer = BpeTokenizer.Load(path);
        var again = _folder.At("again.json");
        tokenizer.Save(again);

        Assert.Equal(" the", tokenizer.Decode(tokenizer.Encode("the")));
        await AssertSameAsync(tokenizer, path);
        await AssertSameAsync(BpeTokenizer.Load(again), again);
    }

    [Fact]
    public async Task Flags_of_added_tokens_are_honoured_as_by_Hugging_Face()
    {
        var path = Layouts.Write(_folder, "qwen2", json =>
        {
            json["normalizer"] = JsonNode.Parse("""{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Lowercase"}]}""");
            var added = json["added_tokens"]?.AsArray() ?? [];
            var next = (added[^1]?["id"]?.GetValue<int>() ?? 0) + 1;
            foreach (var (content, flags) in ((string, string[])[])[
                ("<mask>", ["lstrip"]), ("<|sep|>", ["rstrip"]), ("<both>", ["lstrip", "rstrip"]), ("Word", ["single_word"]),
                ("NoRm", ["normalized"]), ("ЙЙ", ["normalized", "lstrip"])])
            {
                var token = new JsonObject { ["id"] = next++, ["content"] = content, ["special"] = false };
                foreach (var flag in (string[])["single_word", "lstrip", "rstrip", "normalized"])
                {
                    token[flag] = flags.Contains(flag);
                }
                added.Add(token);
            }
        });
        string[] texts =
        [
            "a  <mask> b", "<mask>", "x<|sep|>  \n y", " \u3000<both>\t\n<both> <mask> <|sep|> ",
            "Word Words aWord _Word Word_ (Word) \u0301Word", "Word\u0301 Ⓐ Word Ⓐ", "Word⒜ ⒶWord WordWord Word\u200Dx",
            "NORM norm Norm", "И\u0306Й йй Й  и\u0306и\u0306", "<|sep|> <mask>  <both>",
        ];

        await AssertSameAsync(BpeTokenizer.Load(path), path, texts);
    }

    private async Task AssertSameAsync(BpeTokenizer tokenizer, string path, string[]? others = null)
    {
        var texts = others ?? _texts;
        var (plain, whole) = (await huggingFace.Encode(path, texts), await huggingFace.Encode(path, texts, addSpecialTokens: true));
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal((texts[i], Show(plain[i].Ids)), (texts[i], Show(tokenizer.Encode(texts[i]))));
            Assert.Equal((texts[i], Show(whole[i].Ids)), (texts[i], Show(tokenizer.EncodeWhole(texts[i]))));
            Assert.Equal(plain[i].Text, tokenizer.Decode(plain[i].Ids));
        }

        string Show(int[] ids) => string.Join(' ', ids.Select(id => $"{id}:{tokenizer.TokenText(id)}"));
    }
}

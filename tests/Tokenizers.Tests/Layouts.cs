using System.Text.Json.Nodes;

namespace Trainyard.Tokenizers.Tests;

/// <summary>Files of small tokenizers in the layouts in which others publish theirs.</summary>
internal static class Layouts
{
    public static TheoryData<string> Names => ["gpt2", "llama3", "qwen2", "qwen3"];

    /// <summary>Writes a <c>tokenizer.json</c>.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="layout">Whose.</param>
    /// <param name="change">Changes it before it is written.</param>
    /// <returns>Its path.</returns>
    public static string Write(TemporaryFolder folder, string layout, Action<JsonObject>? change = null)
    {
        var json = Of(folder, layout);
        change?.Invoke(json);
        return folder.Write($"{layout}.json", json.ToJsonString());
    }

    private static JsonObject Of(TemporaryFolder folder, string layout)
    {
        var pattern = layout switch { "gpt2" => WordPattern.Gpt2, "llama3" => WordPattern.Cl100k, _ => WordPattern.Qwen2 };
        var trained = BpeTrainer.Train(
            TextCorpus.Open(folder.Write("layout.txt", Texts.Invented(seed: 9, words: 20_000) + string.Concat(Texts.Varied))),
            new() { VocabularySize = 1200, SpecialTokens = [], Pattern = pattern }).Tokenizer;
        var size = trained.VocabularySize;
        var vocabulary = new JsonObject(
            Enumerable.Range(0, size).Select(id => KeyValuePair.Create<string, JsonNode?>(trained.TokenText(id), id)));
        var merges = trained.Definition.Merges.Select(merge => (trained.TokenText(merge.First), trained.TokenText(merge.Second)));
        JsonArray joined = [.. merges.Select(merge => JsonValue.Create($"{merge.Item1} {merge.Item2}"))];
        JsonArray pairs = [.. merges.Select(merge => new JsonArray(merge.Item1, merge.Item2))];
        return layout switch
        {
            "gpt2" => new()
            {
                ["version"] = "1.0",
                ["truncation"] = null,
                ["padding"] = null,
                ["added_tokens"] = new JsonArray(Added(size, "<|endoftext|>", special: true, normalized: true)),
                ["normalizer"] = null,
                ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true },
                ["post_processor"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = false },
                ["decoder"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true },
                ["model"] = new JsonObject
                {
                    ["dropout"] = null,
                    ["unk_token"] = null,
                    ["continuing_subword_prefix"] = "",
                    ["end_of_word_suffix"] = "",
                    ["fuse_unk"] = false,
                    ["vocab"] = With(vocabulary, "<|endoftext|>", size),
                    ["merges"] = joined,
                },
            },
            "llama3" => new()
            {
                ["version"] = "1.0",
                ["truncation"] = null,
                ["padding"] = null,
                ["added_tokens"] = new JsonArray(
                    Added(size, "<|begin_of_text|>", special: true), Added(size + 1, "<|end_of_text|>", special: true),
                    Added(size + 2, "<|reserved_special_token_0|>", special: true), Added(size + 3, "<|eot_id|>", special: true)),
                ["normalizer"] = null,
                ["pre_tokenizer"] = Split(pattern, trimOffsets: true),
                ["post_processor"] = new JsonObject
                {
                    ["type"] = "Sequence",
                    ["processors"] = new JsonArray(
                        ByteLevel(addPrefixSpace: true, trimOffsets: false, useRegex: true), Template("<|begin_of_text|>", size)),
                },
                ["decoder"] = ByteLevel(addPrefixSpace: true, trimOffsets: true, useRegex: true),
                ["model"] = Model(vocabulary, joined, ignoreMerges: true),
            },
            _ => new()
            {
                ["version"] = "1.0",
                ["truncation"] = null,
                ["padding"] = null,
                ["added_tokens"] = new JsonArray(
                    Added(size, "<|endoftext|>", special: true), Added(size + 1, "<|im_start|>", special: true),
                    Added(size + 2, "<|im_end|>", special: true), Added(size + 3, "<tool_call>", special: false)),
                ["normalizer"] = new JsonObject { ["type"] = "NFC" },
                ["pre_tokenizer"] = Split(pattern, trimOffsets: false),
                ["post_processor"] = ByteLevel(addPrefixSpace: false, trimOffsets: false, useRegex: false),
                ["decoder"] = ByteLevel(addPrefixSpace: false, trimOffsets: false, useRegex: false),
                ["model"] = Model(vocabulary, layout is "qwen3" ? pairs : joined, ignoreMerges: false),
            },
        };
    }

    private static JsonObject Model(JsonObject vocabulary, JsonArray merges, bool ignoreMerges) => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = null,
        ["continuing_subword_prefix"] = null,
        ["end_of_word_suffix"] = null,
        ["fuse_unk"] = false,
        ["byte_fallback"] = false,
        ["ignore_merges"] = ignoreMerges,
        ["vocab"] = vocabulary,
        ["merges"] = merges,
    };

    private static JsonObject With(JsonObject vocabulary, string token, int id)
    {
        vocabulary[token] = id;
        return vocabulary;
    }

    private static JsonObject Added(int id, string content, bool special, bool normalized = false) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = normalized,
        ["special"] = special,
    };

    private static JsonObject ByteLevel(bool addPrefixSpace, bool trimOffsets, bool useRegex) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = addPrefixSpace,
        ["trim_offsets"] = trimOffsets,
        ["use_regex"] = useRegex,
    };

    private static JsonObject Split(WordPattern pattern, bool trimOffsets) => new()
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "Split",
                ["pattern"] = new JsonObject { ["Regex"] = WordExpressions.Of(pattern) },
                ["behavior"] = "Isolated",
                ["invert"] = false,
            },
            ByteLevel(addPrefixSpace: false, trimOffsets, useRegex: false)),
    };

    private static JsonObject Template(string token, int id)
    {
        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Piece("SpecialToken", token, 0), Piece("Sequence", "A", 0)),
            ["pair"] = new JsonArray(
                Piece("SpecialToken", token, 0), Piece("Sequence", "A", 0), Piece("SpecialToken", token, 1), Piece("Sequence", "B", 1)),
            ["special_tokens"] = new JsonObject
            {
                [token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) },
            },
        };

        static JsonObject Piece(string kind, string id, int type) => new() { [kind] = new JsonObject { ["id"] = id, ["type_id"] = type } };
    }
}

using System.Text.Json;

namespace Trainyard.Tokenizers;

/// <summary>Validates and reads a parsed <c>tokenizer.json</c>. Rejects unsupported settings, which would change the encoding.</summary>
internal sealed class TokenizerJsonReader(JsonElement root)
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    public TokenizerDefinition Read()
    {
        var model = Object(root, "model");
        Require(model, "type", "BPE");
        foreach (var name in (ReadOnlySpan<string>)["continuing_subword_prefix", "end_of_word_suffix"])
        {
            Refuse(model, name, value => value.ValueKind == JsonValueKind.String && value.GetString() is not "");
        }
        foreach (var name in (ReadOnlySpan<string>)["byte_fallback", "ignore_merges"])
        {
            Refuse(model, name, value => value.ValueKind == JsonValueKind.True);
        }
        Refuse(model, "dropout", value => value.ValueKind == JsonValueKind.Number && value.GetDouble() > 0);

        ReadByteLevel();
        var (normalization, lowercase) = ReadNormalizer();
        ReadVocabulary(model);
        var added = ReadAddedTokens(hasNormalizer: lowercase || normalization != TextNormalization.None);
        var merges = ReadMerges(model);
        Refuse(model, "unk_token", value => value.ValueKind == JsonValueKind.String && value.GetString() is not "" && !HasAllBytes());
        return new(Vocabulary(), merges, added, normalization, lowercase);
    }

    private void ReadByteLevel()
    {
        var splitter = Object(root, "pre_tokenizer");
        Require(splitter, "type", "ByteLevel");
        Refuse(splitter, "add_prefix_space", value => value.ValueKind == JsonValueKind.True);
        Refuse(splitter, "use_regex", value => value.ValueKind == JsonValueKind.False);
        Require(Object(root, "decoder"), "type", "ByteLevel");
        Refuse(root, "post_processor", value => value.ValueKind == JsonValueKind.Object && Text(value, "type") is not "ByteLevel");
    }

    private (TextNormalization Form, bool Lowercase) ReadNormalizer()
    {
        if (!root.TryGetProperty("normalizer", out var normalizer) || normalizer.ValueKind == JsonValueKind.Null)
        {
            return default;
        }
        var type = Text(normalizer, "type");
        string[] types = type is "Sequence" ? [.. Array(normalizer, "normalizers").Select(part => Text(part, "type"))] : [type];
        return types switch
        {
            [] => default,
            ["NFC"] => (TextNormalization.Nfc, false),
            ["NFKC"] => (TextNormalization.Nfkc, false),
            ["Lowercase"] => (TextNormalization.None, true),
            ["NFC", "Lowercase"] => (TextNormalization.Nfc, true),
            ["NFKC", "Lowercase"] => (TextNormalization.Nfkc, true),
            _ => throw new TokenizerFormatException(
                $"the normalizer '{string.Join(", ", types)}' is not supported (NFC, NFKC, Lowercase are)."),
        };
    }

    private void ReadVocabulary(JsonElement model)
    {
        foreach (var entry in Object(model, "vocab").EnumerateObject())
        {
            if (!_ids.TryAdd(entry.Name, Id(entry.Value, entry.Name)))
            {
                throw new TokenizerFormatException($"the vocabulary lists '{entry.Name}' twice.");
            }
        }
    }

    private List<AddedToken> ReadAddedTokens(bool hasNormalizer)
    {
        var tokens = new List<AddedToken>();
        if (!root.TryGetProperty("added_tokens", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return tokens;
        }
        foreach (var item in Array(root, "added_tokens"))
        {
            foreach (var name in (ReadOnlySpan<string>)["single_word", "lstrip", "rstrip"])
            {
                Refuse(item, name, value => value.ValueKind == JsonValueKind.True);
            }
            Refuse(item, "normalized", value => value.ValueKind == JsonValueKind.True && hasNormalizer);
            var text = Text(item, "content");
            var special = item.TryGetProperty("special", out var flag) && flag.ValueKind == JsonValueKind.True;
            if (text.Length == 0)
            {
                throw new TokenizerFormatException("an added token is empty.");
            }
            if (!item.TryGetProperty("id", out var number))
            {
                throw new TokenizerFormatException($"the added token '{text}' has no id.");
            }

            var id = Id(number, text);
            if (!_ids.TryAdd(text, id) && _ids[text] != id)
            {
                throw new TokenizerFormatException($"the token '{text}' has the ids {_ids[text]} and {id}.");
            }
            tokens.Add(new(id, text, special));
        }

        if (tokens.GroupBy(token => token.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new TokenizerFormatException($"the added tokens list the id {twice.Key} twice.");
        }
        return tokens;
    }

    private List<(int First, int Second, int Result)> ReadMerges(JsonElement model)
    {
        var merges = new List<(int, int, int)>();
        var seen = new HashSet<(int, int)>();
        foreach (var item in Array(model, "merges"))
        {
            var parts = item.ValueKind switch
            {
                JsonValueKind.String => (item.GetString() ?? "").Split(' '),
                JsonValueKind.Array when item.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) =>
                    [.. item.EnumerateArray().Select(part => part.GetString() ?? "")],
                _ => [],
            };
            if (parts is not [var first, var second])
            {
                throw new TokenizerFormatException($"merge {merges.Count} is not a pair of tokens.");
            }
            if (!_ids.TryGetValue(first, out var left)
                || !_ids.TryGetValue(second, out var right)
                || !_ids.TryGetValue(first + second, out var result))
            {
                throw new TokenizerFormatException(
                    $"merge {merges.Count}, '{first}' and '{second}', has tokens that the vocabulary lacks.");
            }
            if (!seen.Add((left, right)))
            {
                throw new TokenizerFormatException($"merge {merges.Count}, '{first}' and '{second}', is listed twice.");
            }
            merges.Add((left, right, result));
        }

        return merges;
    }

    private string[] Vocabulary()
    {
        if (_ids.Count == 0)
        {
            throw new TokenizerFormatException("the vocabulary is empty.");
        }
        var vocabulary = new string?[_ids.Count];
        foreach (var (token, id) in _ids)
        {
            if (id >= vocabulary.Length)
            {
                throw new TokenizerFormatException($"the {_ids.Count} tokens must have the ids 0 to {_ids.Count - 1}; '{token}' has {id}.");
            }
            if (vocabulary[id] is { } other)
            {
                throw new TokenizerFormatException($"the tokens '{other}' and '{token}' both have the id {id}.");
            }
            vocabulary[id] = token;
        }

        return [.. vocabulary.OfType<string>()];
    }

    private bool HasAllBytes() => ByteAlphabet.Order.All(value => _ids.ContainsKey(ByteAlphabet.Character(value).ToString()));

    private static int Id(JsonElement value, string token) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id >= 0
            ? id
            : throw new TokenizerFormatException($"the id of '{token}' is not a whole number from 0.");

    private static JsonElement Object(JsonElement parent, string name) => Member(parent, name, JsonValueKind.Object, "an object");

    private static JsonElement.ArrayEnumerator Array(JsonElement parent, string name) =>
        Member(parent, name, JsonValueKind.Array, "a list").EnumerateArray();

    private static string Text(JsonElement parent, string name) => Member(parent, name, JsonValueKind.String, "a text").GetString() ?? "";

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind, string what) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == kind
            ? member
            : throw new TokenizerFormatException($"'{name}' is missing or not {what}.");

    private static void Require(JsonElement parent, string name, string value)
    {
        if (Text(parent, name) is var found && !string.Equals(found, value, StringComparison.Ordinal))
        {
            throw new TokenizerFormatException($"'{name}' is '{found}'; only {value} is supported.");
        }
    }

    private static void Refuse(JsonElement parent, string name, Func<JsonElement, bool> isUnsupported)
    {
        if (parent.TryGetProperty(name, out var value) && isUnsupported(value))
        {
            throw new TokenizerFormatException($"'{name}' is {value.GetRawText()}, which is not supported.");
        }
    }
}

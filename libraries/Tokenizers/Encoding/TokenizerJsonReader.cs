using System.Text.Json;
using static Trainyard.Tokenizers.JsonMembers;

namespace Trainyard.Tokenizers;

/// <summary>Validates and reads a parsed <c>tokenizer.json</c>. Rejects unsupported settings, which would change the encoding.</summary>
internal sealed class TokenizerJsonReader(JsonElement root)
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    public TokenizerDefinition Read()
    {
        var model = Object(root, "model");
        if (model.TryGetProperty("type", out _))
        {
            // Old files, such as GPT-2's own, do not say it.
            Require(model, "type", "BPE");
        }
        foreach (var name in (ReadOnlySpan<string>)["continuing_subword_prefix", "end_of_word_suffix"])
        {
            Refuse(model, name, value => value.ValueKind == JsonValueKind.String && value.GetString() is not "");
        }
        Refuse(model, "byte_fallback", value => value.ValueKind == JsonValueKind.True);
        Refuse(model, "dropout", value => value.ValueKind == JsonValueKind.Number && value.GetDouble() > 0);

        var (pattern, addPrefixSpace) = PreTokenizerJson.Read(root);
        Require(Object(root, "decoder"), "type", "ByteLevel");
        var (normalization, lowercase) = NormalizerJson.Read(root);
        ReadVocabulary(model);
        var added = ReadAddedTokens();
        var merges = ReadMerges(model);
        Refuse(model, "unk_token", value => value.ValueKind == JsonValueKind.String && value.GetString() is not "" && !HasAllBytes());
        var vocabulary = Vocabulary();
        return new(vocabulary, merges, added)
        {
            Pattern = pattern,
            AddPrefixSpace = addPrefixSpace,
            Normalization = normalization,
            Lowercase = lowercase,
            IgnoreMerges = IsTrue(model, "ignore_merges"),
            Template = PostProcessorJson.Read(root, vocabulary.Length),
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

    private List<AddedToken> ReadAddedTokens()
    {
        var tokens = new List<AddedToken>();
        if (!root.TryGetProperty("added_tokens", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return tokens;
        }
        foreach (var item in Array(root, "added_tokens"))
        {
            var text = Text(item, "content");
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
            tokens.Add(new(id, text, IsTrue(item, "special"))
            {
                Normalized = IsTrue(item, "normalized"),
                LeftStrip = IsTrue(item, "lstrip"),
                RightStrip = IsTrue(item, "rstrip"),
                SingleWord = IsTrue(item, "single_word"),
            });
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
}

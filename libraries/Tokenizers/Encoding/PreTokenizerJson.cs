using System.Text.Json;
using static Trainyard.Tokenizers.JsonMembers;

namespace Trainyard.Tokenizers;

/// <summary>
/// The <c>pre_tokenizer</c>: <c>ByteLevel</c> alone, which splits by GPT-2's expression, or a <c>Split</c> by one of the expressions of
/// <see cref="WordExpressions"/> and a <c>ByteLevel</c> that does not split, as Llama 3 and Qwen have it.
/// </summary>
internal static class PreTokenizerJson
{
    private const string Name = "pre_tokenizer";

    public static (WordPattern Pattern, bool AddPrefixSpace) Read(JsonElement root)
    {
        var splitter = Object(root, Name);
        if (Text(splitter, "type") is not "Sequence")
        {
            ReadByteLevel(splitter, splitsWords: true);
            return (WordPattern.Gpt2, IsTrue(splitter, "add_prefix_space"));
        }

        JsonElement[] parts = [.. Array(splitter, "pretokenizers")];
        string[] types = [.. parts.Select(part => Text(part, "type"))];
        if (types is not ["Split", "ByteLevel"])
        {
            throw new TokenizerFormatException(
                $"the {Name} is the sequence '{string.Join(", ", types)}'; only ByteLevel, and Split with ByteLevel, are supported.");
        }
        ReadByteLevel(parts[1], splitsWords: false);
        // Here it would put a space before every word.
        Refuse(parts[1], "add_prefix_space", value => value.ValueKind == JsonValueKind.True);
        return (ReadSplit(parts[0]), false);
    }

    public static void Write(TokenizerDefinition definition, Utf8JsonWriter json)
    {
        if (definition.Pattern == WordPattern.Gpt2)
        {
            WriteByteLevel(json, Name, definition.AddPrefixSpace, splitsWords: true);
            return;
        }
        json.WriteStartObject(Name);
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", WordExpressions.Of(definition.Pattern));
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        WriteByteLevel(json, name: null, addPrefixSpace: false, splitsWords: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a <c>ByteLevel</c>, which is also a decoder and a post-processor.</summary>
    public static void WriteByteLevel(Utf8JsonWriter json, string? name, bool addPrefixSpace, bool splitsWords)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", addPrefixSpace);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", splitsWords);
        json.WriteEndObject();
    }

    private static void ReadByteLevel(JsonElement part, bool splitsWords)
    {
        Require(part, "type", "ByteLevel");
        // The default is true, which would split the words of a Split once more.
        if (splitsWords == (Optional(part, "use_regex") is { ValueKind: JsonValueKind.False }))
        {
            throw new TokenizerFormatException(splitsWords
                ? $"'use_regex' of the {Name} is false, so that nothing splits text into words, which is not supported."
                : $"'use_regex' of the {Name}'s ByteLevel is not false, so that it splits text once more, which is not supported.");
        }
    }

    private static WordPattern ReadSplit(JsonElement split)
    {
        var invert = IsTrue(split, "invert");
        if (Text(split, "behavior") is var behavior && behavior is not "Isolated" && !(behavior is "Removed" && invert))
        {
            throw new TokenizerFormatException($"'behavior' of the {Name}'s Split is '{behavior}'; only Isolated is supported.");
        }
        var pattern = Object(split, "pattern");
        if (Optional(pattern, "Regex") is not { ValueKind: JsonValueKind.String })
        {
            throw new TokenizerFormatException($"'pattern' of the {Name}'s Split is {pattern.GetRawText()}, not a Regex.");
        }
        var expression = Text(pattern, "Regex");
        return WordExpressions.Recognize(expression) ?? throw new TokenizerFormatException(
            $"the {Name} splits by '{expression}', which is not supported; the expressions of GPT-2, GPT-4 and Llama 3 (cl100k), "
            + "GPT-4o (o200k) and Qwen 2 are.");
    }
}

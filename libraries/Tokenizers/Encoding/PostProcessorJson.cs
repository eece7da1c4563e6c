using System.Text.Json;
using static Trainyard.Tokenizers.JsonMembers;

namespace Trainyard.Tokenizers;

/// <summary>
/// The <c>post_processor</c>: ByteLevel, which changes no id, TemplateProcessing, or both in a Sequence. Of a template the part for single
/// texts counts.
/// </summary>
internal static class PostProcessorJson
{
    private const string Name = "post_processor", Template = "TemplateProcessing";

    public static TextTemplate Read(JsonElement root, int vocabularySize)
    {
        if (Optional(root, Name) is not { } processor)
        {
            return TextTemplate.None;
        }
        JsonElement[] parts = Text(processor, "type") is "Sequence" ? [.. Array(processor, "processors")] : [processor];
        var template = TextTemplate.None;
        foreach (var part in parts.Where(part => Text(part, "type") is not "ByteLevel"))
        {
            if (Text(part, "type") is var type and not Template)
            {
                throw new TokenizerFormatException($"the {Name} '{type}' is not supported (ByteLevel and {Template} are).");
            }
            if (!template.IsNone)
            {
                throw new TokenizerFormatException($"the {Name} has two templates.");
            }
            template = ReadTemplate(part, vocabularySize);
        }
        return template;
    }

    public static void Write(TokenizerDefinition definition, Utf8JsonWriter json)
    {
        var template = definition.Template;
        if (template.IsNone)
        {
            json.WriteNull(Name);
            return;
        }
        json.WriteStartObject(Name);
        json.WriteString("type", Template);
        json.WriteStartArray("single");
        WriteText(json, definition, "A", 0);
        json.WriteEndArray();
        json.WriteStartArray("pair");
        WriteText(json, definition, "A", 0);
        WriteText(json, definition, "B", 1);
        json.WriteEndArray();
        json.WriteStartObject("special_tokens");
        foreach (var id in template.Before.Concat(template.After).Distinct())
        {
            var text = definition.Vocabulary[id];
            json.WriteStartObject(text);
            json.WriteString("id", text);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(text);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static TextTemplate ReadTemplate(JsonElement processor, int vocabularySize)
    {
        List<int> before = [], after = [];
        var texts = 0;
        foreach (var piece in Array(processor, "single"))
        {
            if (Optional(piece, "Sequence") is { } sequence)
            {
                Require(sequence, "id", "A");
                texts++;
            }
            else
            {
                (texts == 0 ? before : after).AddRange(IdsOf(Text(Object(piece, "SpecialToken"), "id"), processor, vocabularySize));
            }
        }
        return texts == 1
            ? new(before, after)
            : throw new TokenizerFormatException($"'single' of the {Name}'s template has the text {texts} times, not once.");
    }

    private static IEnumerable<int> IdsOf(string token, JsonElement processor, int vocabularySize)
    {
        foreach (var item in Array(Object(Object(processor, "special_tokens"), token), "ids"))
        {
            yield return item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var id) && id >= 0 && id < vocabularySize
                ? id
                : throw new TokenizerFormatException(
                    $"the {Name}'s template gives '{token}' the id {item.GetRawText()}, which the vocabulary lacks.");
        }
    }

    private static void WriteText(Utf8JsonWriter json, TokenizerDefinition definition, string text, int type)
    {
        definition.Template.Before.ToList().ForEach(id => WritePiece("SpecialToken", definition.Vocabulary[id]));
        WritePiece("Sequence", text);
        definition.Template.After.ToList().ForEach(id => WritePiece("SpecialToken", definition.Vocabulary[id]));

        void WritePiece(string kind, string id)
        {
            json.WriteStartObject();
            json.WriteStartObject(kind);
            json.WriteString("id", id);
            json.WriteNumber("type_id", type);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}

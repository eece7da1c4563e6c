using System.Text.Json;
using static Trainyard.Tokenizers.JsonMembers;

namespace Trainyard.Tokenizers;

/// <summary>The <c>normalizer</c>: NFC or NFKC, then Lowercase, or fewer of them.</summary>
internal static class NormalizerJson
{
    private const string Name = "normalizer";

    public static (TextNormalization Form, bool Lowercase) Read(JsonElement root)
    {
        if (Optional(root, Name) is not { } normalizer)
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
                $"the {Name} '{string.Join(", ", types)}' is not supported (NFC, NFKC, Lowercase are)."),
        };
    }

    public static void Write(TokenizerDefinition definition, Utf8JsonWriter json)
    {
        string?[] types =
        [
            definition.Normalization switch { TextNormalization.Nfc => "NFC", TextNormalization.Nfkc => "NFKC", _ => null },
            definition.Lowercase ? "Lowercase" : null,
        ];
        switch (types)
        {
            case [null, null]:
                json.WriteNull(Name);
                break;
            case [{ } form, { } lowercase]:
                json.WriteStartObject(Name);
                json.WriteString("type", "Sequence");
                json.WriteStartArray("normalizers");
                WriteType(form);
                WriteType(lowercase);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            default:
                json.WritePropertyName(Name);
                WriteType(types[0] ?? types[1] ?? "");
                break;
        }

        void WriteType(string type)
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteEndObject();
        }
    }
}

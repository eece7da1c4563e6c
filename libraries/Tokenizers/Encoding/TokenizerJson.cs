using System.Text.Encodings.Web;
using System.Text.Json;

namespace Trainyard.Tokenizers;

/// <summary>Reads and writes Hugging Face's <c>tokenizer.json</c>, for byte-level BPE.</summary>
internal static class TokenizerJson
{
    private const long MaxBytes = 1L << 29;

    private static readonly JsonWriterOptions _writing = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Merges are written as "a b": every version of Hugging Face's library reads that, the newer pair form only recent ones do.
    public static void Write(TokenizerDefinition definition, string path) => AtomicFile.Write(path, file =>
    {
        using var json = new Utf8JsonWriter(file, _writing);
        Write(definition, json);
    });

    /// <exception cref="TokenizerFormatException">The file is not a tokenizer.json, is inconsistent, or is not byte-level BPE.</exception>
    public static TokenizerDefinition Read(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > MaxBytes)
        {
            throw new TokenizerFormatException($"'{path}' has {file.Length} bytes; a tokenizer.json has at most {MaxBytes}.");
        }
        try
        {
            using var document = JsonDocument.Parse(file);
            return new TokenizerJsonReader(document.RootElement).Read();
        }
        catch (JsonException error)
        {
            throw new TokenizerFormatException($"'{path}' is not valid JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            throw new TokenizerFormatException($"'{path}' can't be used as a tokenizer: {error.Message}", error);
        }
        catch (TokenizerFormatException error)
        {
            throw new TokenizerFormatException($"'{path}' can't be used as a tokenizer: {error.Message}", error);
        }
    }

    private static void Write(TokenizerDefinition definition, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAddedTokens(definition, json);
        WriteNormalizer(definition, json);
        WriteByteLevel(json, "pre_tokenizer", addPrefixSpace: false);
        json.WriteNull("post_processor");
        WriteByteLevel(json, "decoder", addPrefixSpace: true);
        WriteModel(definition, json);
        json.WriteEndObject();
    }

    private static void WriteAddedTokens(TokenizerDefinition definition, Utf8JsonWriter json)
    {
        json.WriteStartArray("added_tokens");
        foreach (var token in definition.AddedTokens.OrderBy(token => token.Id))
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("content", token.Text);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", token.IsSpecial);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNormalizer(TokenizerDefinition definition, Utf8JsonWriter json)
    {
        string?[] types =
        [
            definition.Normalization switch { TextNormalization.Nfc => "NFC", TextNormalization.Nfkc => "NFKC", _ => null },
            definition.Lowercase ? "Lowercase" : null,
        ];
        switch (types)
        {
            case [null, null]:
                json.WriteNull("normalizer");
                break;
            case [{ } form, { } lowercase]:
                json.WriteStartObject("normalizer");
                json.WriteString("type", "Sequence");
                json.WriteStartArray("normalizers");
                WriteType(form);
                WriteType(lowercase);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            default:
                json.WritePropertyName("normalizer");
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

    private static void WriteByteLevel(Utf8JsonWriter json, string name, bool addPrefixSpace)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", addPrefixSpace);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
    }

    private static void WriteModel(TokenizerDefinition definition, Utf8JsonWriter json)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteStartObject("vocab");
        for (var id = 0; id < definition.Vocabulary.Count; id++)
        {
            json.WriteNumber(definition.Vocabulary[id], id);
        }
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (first, second, _) in definition.Merges)
        {
            json.WriteStringValue($"{definition.Vocabulary[first]} {definition.Vocabulary[second]}");
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

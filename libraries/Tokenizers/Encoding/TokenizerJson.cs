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
        NormalizerJson.Write(definition, json);
        PreTokenizerJson.Write(definition, json);
        PostProcessorJson.Write(definition, json);
        PreTokenizerJson.WriteByteLevel(json, "decoder", addPrefixSpace: true, splitsWords: true);
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
            json.WriteBoolean("single_word", token.SingleWord);
            json.WriteBoolean("lstrip", token.LeftStrip);
            json.WriteBoolean("rstrip", token.RightStrip);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteBoolean("special", token.IsSpecial);
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
        if (definition.IgnoreMerges)
        {
            // Older versions of Hugging Face's library do not know the member.
            json.WriteBoolean("ignore_merges", true);
        }
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

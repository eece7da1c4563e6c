using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Trainyard.Tokenizers;

/// <summary>
/// A file that Hugging Face's transformers libraries read beside <c>tokenizer.json</c>. Without it some fail to load the tokenizer, and
/// others fall back to a GPT-2 tokenizer without normalizer.
/// </summary>
/// <param name="Name">The file's name.</param>
/// <param name="Json">Its content.</param>
public sealed record TransformersFile(string Name, string Json)
{
    private static readonly JsonSerializerOptions _writing = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The names of <see cref="Of"/>'s files.</summary>
    public static IReadOnlyList<string> Names { get; } = ["tokenizer_config.json", "special_tokens_map.json"];

    /// <summary>The files of a tokenizer.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="maxLength">Tokens that its model reads at once; null where it belongs to no model.</param>
    public static IReadOnlyList<TransformersFile> Of(BpeTokenizer tokenizer, int? maxLength = null)
    {
        // The class that takes tokenizer.json as it is.
        var config = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast", ["clean_up_tokenization_spaces"] = false };
        if (maxLength is { } length)
        {
            config["model_max_length"] = length;
        }
        config["added_tokens_decoder"] = new JsonObject(tokenizer.Definition.AddedTokens.OrderBy(token => token.Id)
            .Select(token => KeyValuePair.Create<string, JsonNode?>($"{token.Id}", Describe(token))));
        foreach (var (name, value) in SpecialTokens(tokenizer))
        {
            config[name] = value?.DeepClone();
        }
        return [new(Names[0], config.ToJsonString(_writing)), new(Names[1], SpecialTokens(tokenizer).ToJsonString(_writing))];
    }

    /// <summary>Writes the files of a tokenizer into a folder. Each is replaced whole or not at all.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="folder">Where its <c>tokenizer.json</c> lies.</param>
    public static void Write(BpeTokenizer tokenizer, string folder)
    {
        foreach (var (name, json) in Of(tokenizer))
        {
            AtomicFile.Write(Path.Combine(folder, name), file => file.Write(Encoding.UTF8.GetBytes(json)));
        }
    }

    private static JsonObject SpecialTokens(BpeTokenizer tokenizer)
    {
        var map = new JsonObject();
        (string Name, int? Id)[] roles =
            [("bos_token", tokenizer.BeginOfTextId), ("eos_token", tokenizer.EndOfTextId), ("pad_token", tokenizer.PaddingId)];
        foreach (var (name, id) in roles)
        {
            if (id is { } known)
            {
                map[name] = tokenizer.TokenText(known);
            }
        }
        var others = tokenizer.SpecialTokens.Where(token => roles.All(role => role.Id != token.Value))
            .OrderBy(token => token.Value).Select(token => token.Key).ToList();
        if (others.Count > 0)
        {
            map["additional_special_tokens"] = new JsonArray([.. others.Select(token => JsonValue.Create(token))]);
        }
        return map;
    }

    private static JsonObject Describe(AddedToken token) => new()
    {
        ["content"] = token.Text,
        ["lstrip"] = token.LeftStrip,
        ["normalized"] = token.Normalized,
        ["rstrip"] = token.RightStrip,
        ["single_word"] = token.SingleWord,
        ["special"] = token.IsSpecial,
    };
}

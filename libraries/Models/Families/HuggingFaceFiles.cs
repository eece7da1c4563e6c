using System.Text.Json;

namespace Trainyard.Models.Families;

/// <summary>The JSON files of a model's folder in Hugging Face's format.</summary>
public static class HuggingFaceFiles
{
    /// <summary>The config.</summary>
    public const string Config = "config.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The text of <c>config.json</c>: the shape's members, and those that all families share.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="dropout">Share of values dropped in training.</param>
    /// <param name="endOfTextId">Token that ends a text; null without one.</param>
    public static string ConfigOf(LanguageModelShape shape, double dropout, int? endOfTextId)
    {
        var config = shape.ToConfig(dropout, endOfTextId);
        config["bos_token_id"] = endOfTextId;
        config["eos_token_id"] = endOfTextId;
        config["initializer_range"] = 0.02;
        config["vocab_size"] = shape.VocabularySize;
        config["torch_dtype"] = "float32";
        config["use_cache"] = true;
        return config.ToJsonString(Indented);
    }
}

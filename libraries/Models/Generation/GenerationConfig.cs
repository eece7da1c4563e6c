using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Models.Families;

namespace Trainyard.Models.Generation;

/// <summary>The file <c>generation_config.json</c> of a model's folder in Hugging Face's format.</summary>
public static class GenerationConfig
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// The text of <c>generation_config.json</c>: generates until the end of text, with what <see cref="SamplingOptions"/> has as defaults.
    /// </summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="endOfTextId">Token that ends a text; null without one.</param>
    /// <param name="paddingId">Token for padding; null without one.</param>
    public static string TextOf(LanguageModelShape shape, int? endOfTextId, int? paddingId)
    {
        var sampling = new SamplingOptions();
        var config = new JsonObject
        {
            ["do_sample"] = true,
            ["temperature"] = sampling.Temperature,
            ["top_k"] = 0,
            ["max_length"] = shape.MaxSeqLen,
        };
        if (endOfTextId is { } id)
        {
            (config["bos_token_id"], config["eos_token_id"]) = (id, id);
        }
        if (paddingId is { } padding)
        {
            config["pad_token_id"] = padding;
        }
        return config.ToJsonString(Indented);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Models.Generation;

namespace Trainyard.Models.Gpt2;

/// <summary>The size of a GPT-2.</summary>
/// <param name="VocabularySize">Number of tokens.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Attention heads per block.</param>
/// <param name="Dim">Width of the residual stream; a multiple of <paramref name="Heads"/>.</param>
/// <param name="MaxSeqLen">Context length in tokens.</param>
public sealed record Gpt2Shape(int VocabularySize, int Layers, int Heads, int Dim, int MaxSeqLen)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Trainable numbers, the embedding counted once (the output layer shares it).</summary>
    public long ParameterCount => Parameters().Sum(parameter => parameter.Size.Aggregate(1L, (product, size) => product * size));

    /// <summary>
    /// Every parameter's name in Hugging Face's <c>GPT2LMHeadModel</c> and its size. Matrices are (in, out), as in its Conv1D.
    /// </summary>
    public IEnumerable<(string Name, long[] Size)> Parameters()
    {
        yield return ("transformer.wte.weight", [VocabularySize, Dim]);
        yield return ("transformer.wpe.weight", [MaxSeqLen, Dim]);
        for (var layer = 0; layer < Layers; layer++)
        {
            var block = $"transformer.h.{layer}.";
            yield return (block + "ln_1.weight", [Dim]);
            yield return (block + "ln_1.bias", [Dim]);
            yield return (block + "attn.c_attn.weight", [Dim, 3L * Dim]);
            yield return (block + "attn.c_attn.bias", [3L * Dim]);
            yield return (block + "attn.c_proj.weight", [Dim, Dim]);
            yield return (block + "attn.c_proj.bias", [Dim]);
            yield return (block + "ln_2.weight", [Dim]);
            yield return (block + "ln_2.bias", [Dim]);
            yield return (block + "mlp.c_fc.weight", [Dim, 4L * Dim]);
            yield return (block + "mlp.c_fc.bias", [4L * Dim]);
            yield return (block + "mlp.c_proj.weight", [4L * Dim, Dim]);
            yield return (block + "mlp.c_proj.bias", [Dim]);
        }
        yield return ("transformer.ln_f.weight", [Dim]);
        yield return ("transformer.ln_f.bias", [Dim]);
    }

    /// <summary>Hugging Face's <c>config.json</c> of this model.</summary>
    public string ToHuggingFaceJson(double dropout, int? endOfTextId) => new JsonObject
    {
        ["architectures"] = new JsonArray("GPT2LMHeadModel"),
        ["model_type"] = "gpt2",
        ["activation_function"] = "gelu_new",
        ["attn_pdrop"] = dropout,
        ["embd_pdrop"] = dropout,
        ["resid_pdrop"] = dropout,
        ["bos_token_id"] = endOfTextId,
        ["eos_token_id"] = endOfTextId,
        ["initializer_range"] = 0.02,
        ["layer_norm_epsilon"] = 1e-5,
        ["n_ctx"] = MaxSeqLen,
        ["n_positions"] = MaxSeqLen,
        ["n_embd"] = Dim,
        ["n_head"] = Heads,
        ["n_layer"] = Layers,
        ["vocab_size"] = VocabularySize,
        ["tie_word_embeddings"] = true,
        ["torch_dtype"] = "float32",
        ["use_cache"] = true,
    }.ToJsonString(Indented);

    /// <summary>
    /// Hugging Face's <c>generation_config.json</c>: generates until the end of text, with what <c>SamplingOptions</c> has as defaults.
    /// </summary>
    public string ToGenerationJson(int? endOfTextId, int? paddingId)
    {
        var sampling = new SamplingOptions();
        var config = new JsonObject
        {
            ["do_sample"] = true,
            ["temperature"] = sampling.Temperature,
            ["top_k"] = 0,
            ["max_length"] = MaxSeqLen,
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

    /// <summary>Reads the shape from Hugging Face's <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">The JSON is not a GPT-2 config.</exception>
    public static Gpt2Shape FromHuggingFaceJson(string json)
    {
        try
        {
            using var config = JsonDocument.Parse(json);
            return new(Member("vocab_size"), Member("n_layer"), Member("n_head"), Member("n_embd"), Member("n_positions"));

            int Member(string name) => config.RootElement.GetProperty(name).GetInt32();
        }
        catch (Exception exception) when (exception
            is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("config.json is not a GPT-2 config.", exception);
        }
    }
}

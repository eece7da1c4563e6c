using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Json;

namespace Trainyard.Contracts.Training;

/// <summary>
/// What requests and forms need to know of a model family: the values its configs may have, and how many parameters its models have.
/// <c>libraries/Models</c> or a plugin has the family itself.
/// </summary>
public sealed record ModelFamilyTraits
{
    /// <summary>The event group of language models.</summary>
    public const string DefaultEventGroup = "trainer";

    /// <summary>
    /// The families of this version, by the name in <c>model_family</c>. A test compares them with <c>libraries/Models</c>.
    /// </summary>
    public static IReadOnlyDictionary<string, ModelFamilyTraits> BuiltIn { get; } =
        new Dictionary<string, ModelFamilyTraits>(StringComparer.Ordinal)
        {
            ["gpt2"] = new()
            {
                Title = "GPT-2",
                ModelTypes = ["gpt2"],
                LearnsPositions = true,
                BlockPath = "transformer.h",
                BlockLayers = ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"],
                FeedForwardMatrices = 2,
                FeedForwardRatio = 4,
                BlockVectors = 13,
                FinalVectors = 2,
            },
            ["llama"] = Rotary with { Title = "Llama", ModelTypes = ["llama"] },
            ["qwen"] = Rotary with { Title = "Qwen", ModelTypes = ["qwen2", "qwen3"], HeadVectors = 2 },
            ["digits"] = new()
            {
                Title = "Digits (images)",
                ModelTypes = ["digits"],
                IsLanguageModel = false,
                EventGroup = "digits",
                MaxLayers = 4,
                OtherLayers = ["hidden", "output"],
                Sizes = new Dictionary<string, ModelShape>(StringComparer.Ordinal)
                {
                    ["nano"] = new(Layers: 1, Heads: 0, Dim: 32, MaxSeqLen: 0),
                    ["tiny"] = new(Layers: 2, Heads: 0, Dim: 128, MaxSeqLen: 0),
                    ["small"] = new(Layers: 3, Heads: 0, Dim: 256, MaxSeqLen: 0),
                },
            },
        };

    private static readonly Lock Gate = new();
    private static volatile Dictionary<string, ModelFamilyTraits> byName = new(BuiltIn, StringComparer.Ordinal);

    /// <summary>All families, those of plugins too, by the name in <c>model_family</c>.</summary>
    public static IReadOnlyDictionary<string, ModelFamilyTraits> ByName => byName;

    /// <summary>What forms call it; its name when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; init; }

    /// <summary>The values of <c>model_type</c> in the <c>config.json</c> of a folder in Hugging Face's format.</summary>
    public required IReadOnlyList<string> ModelTypes { get; init; }

    /// <summary>Whether it reads text through a tokenizer. Others have no use for <c>tokenizer_id</c>, heads and a context.</summary>
    public bool IsLanguageModel { get; init; } = true;

    /// <summary>What its <c>model_size</c> means; what it means for most families when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, ModelShape>? Sizes { get; init; }

    /// <summary>The most <c>layers</c>; null for the limit of all configs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxLayers { get; init; }

    /// <summary>The first part of the types of its events on Redis, which also names their channel.</summary>
    public string EventGroup { get; init; } = DefaultEventGroup;

    /// <summary>Whether <c>kv_heads</c> may be less than <c>heads</c>.</summary>
    public bool SharesKvHeads { get; init; }

    /// <summary>Whether positions are rotations of pairs, which need heads of an even width.</summary>
    public bool RotatesPositions { get; init; }

    /// <summary>Whether there is a vector of parameters for each position.</summary>
    public bool LearnsPositions { get; init; }

    /// <summary>The name before a block's number in the names of its layers; empty if no block has linear layers.</summary>
    public string BlockPath { get; init; } = "";

    /// <summary>The names of a block's linear layers.</summary>
    public IReadOnlyList<string> BlockLayers { get; init; } = [];

    /// <summary>The names of linear layers outside of blocks.</summary>
    public IReadOnlyList<string> OtherLayers { get; init; } = [];

    /// <summary>
    /// Matrices between the model's width and that of the feed-forward layers, in each block; 0 if the parameters can't be counted from
    /// these numbers.
    /// </summary>
    public int FeedForwardMatrices { get; init; }

    /// <summary>Width of the feed-forward layers, in widths of the model.</summary>
    public double FeedForwardRatio { get; init; }

    /// <summary>The width of the feed-forward layers is rounded up to a multiple of this.</summary>
    public int FeedForwardMultiple { get; init; } = 1;

    /// <summary>Parameters of a block in norms and biases, in widths of the model.</summary>
    public int BlockVectors { get; init; }

    /// <summary>Parameters of a block in norms of heads, in widths of a head.</summary>
    public int HeadVectors { get; init; }

    /// <summary>Parameters of the last norm, in widths of the model.</summary>
    public int FinalVectors { get; init; }

    /// <summary>The linear layers of a fresh model of this family, by their full names.</summary>
    public IEnumerable<string> LinearLayers(int blocks) =>
    [
        .. from block in Enumerable.Range(0, blocks) from layer in BlockLayers select $"{BlockPath}.{block}.{layer}",
        .. OtherLayers,
    ];

    /// <summary>Adds a plugin's family for the rest of the process. Adding the same again changes nothing.</summary>
    /// <param name="name">Its name in <c>model_family</c>.</param>
    /// <param name="traits">Its traits.</param>
    /// <exception cref="ArgumentException">Another family has this name, or one of its model types.</exception>
    public static void Add(string name, ModelFamilyTraits traits)
    {
        lock (Gate)
        {
            if (byName.TryGetValue(name, out var known))
            {
                if (!JsonSerializer.SerializeToUtf8Bytes(known, WireJson.Options)
                        .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(traits, WireJson.Options)))
                {
                    throw new ArgumentException($"There is a model family '{name}' already.", nameof(name));
                }
                return;
            }
            var types = byName.Values.SelectMany(family => family.ModelTypes);
            if (types.Intersect(traits.ModelTypes, StringComparer.Ordinal).FirstOrDefault() is { } type)
            {
                throw new ArgumentException($"The model_type '{type}' of model family '{name}' is another family's.", nameof(traits));
            }
            byName = new(byName, StringComparer.Ordinal) { [name] = traits };
        }
    }

    private static ModelFamilyTraits Rotary => new()
    {
        ModelTypes = [],
        BlockPath = "model.layers",
        BlockLayers =
        [
            "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
        ],
        SharesKvHeads = true,
        RotatesPositions = true,
        FeedForwardMatrices = 3,
        FeedForwardRatio = 8.0 / 3,
        FeedForwardMultiple = 32,
        BlockVectors = 2,
        FinalVectors = 1,
    };
}

using System.Globalization;
using System.Text.RegularExpressions;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Training;

namespace Trainyard.ServiceDefaults.Plugins;

/// <summary>The limits of a family's traits in a <c>plugin.json</c>.</summary>
internal static partial class TraitRules
{
    private const int MaxLayers = 96;
    private const int MaxNames = 64;
    private const int MaxWidth = 8192;

    public static IEnumerable<Problem> Check(ModelFamilyTraits traits) =>
    [
        .. Text("title", traits.Title, max: 64),
        .. Types(traits.ModelTypes),
        .. Group(traits.EventGroup),
        .. Sizes(traits),
        .. Range("max_layers", traits.MaxLayers ?? 1, 1, MaxLayers),
        .. Text("block_path", traits.BlockPath, max: 128),
        .. Names("block_layers", traits.BlockLayers),
        .. Names("other_layers", traits.OtherLayers),
        .. Range("feed_forward_matrices", traits.FeedForwardMatrices, 0, 16),
        .. Range("feed_forward_ratio", traits.FeedForwardRatio, 0, 64),
        .. Range("feed_forward_multiple", traits.FeedForwardMultiple, 1, MaxWidth),
        .. Range("block_vectors", traits.BlockVectors, 0, 1000),
        .. Range("head_vectors", traits.HeadVectors, 0, 1000),
        .. Range("final_vectors", traits.FinalVectors, 0, 1000),
    ];

    private static IEnumerable<Problem> Types(IReadOnlyList<string> types)
    {
        if (types.Count is < 1 or > 16 || types.Any(type => type is null || !ModelType().IsMatch(type)))
        {
            yield return new("model_types", "must be 1 to 16 names of 1 to 64 characters from A-Z, a-z, 0-9, '.', '_' and '-'");
        }
    }

    private static IEnumerable<Problem> Group(string group)
    {
        if (!PluginRules.IsName(group) || group.Contains('-', StringComparison.Ordinal))
        {
            yield return new("event_group", "must be 1 to 32 characters from a-z, 0-9 and '_', and begin with a letter");
        }
    }

    private static IEnumerable<Problem> Sizes(ModelFamilyTraits traits)
    {
        if (traits.Sizes is not { } sizes)
        {
            yield break;
        }
        if (!sizes.ContainsKey(ModelShape.DefaultSize) || sizes.Keys.Except(ModelShape.Presets.Keys, StringComparer.Ordinal).Any())
        {
            yield return new("sizes",
                $"must have '{ModelShape.DefaultSize}', and no other names than {string.Join(", ", ModelShape.Presets.Keys)}");
        }
        foreach (var (name, size) in sizes)
        {
            if (size is null)
            {
                yield return new($"sizes.{name}", "must be an object, not null");
                continue;
            }
            var least = traits.IsLanguageModel ? 1 : 0;
            IEnumerable<Problem> problems =
            [
                .. Range("layers", size.Layers, 1, MaxLayers),
                .. Range("heads", size.Heads, least, 128),
                .. Range("dim", size.Dim, 8, MaxWidth),
                .. Range("max_seq_len", size.MaxSeqLen, traits.IsLanguageModel ? 8 : 0, MaxWidth),
                .. size.Family is null ? [] : new Problem[] { new("family", "has no meaning here; leave it out") },
            ];
            foreach (var problem in problems)
            {
                yield return problem with { Field = $"sizes.{name}.{problem.Field}" };
            }
        }
    }

    private static IEnumerable<Problem> Names(string field, IReadOnlyList<string> names)
    {
        if (names.Count > MaxNames || names.Any(name => name is not { Length: >= 1 and <= 128 }))
        {
            yield return new(field, $"must be at most {MaxNames} names of 1 to 128 characters");
        }
    }

    private static IEnumerable<Problem> Text(string field, string? text, int max)
    {
        if (text is not null && (text.Length > max || text.Any(char.IsControl)))
        {
            yield return new(field, $"must have at most {max} printable characters");
        }
    }

    private static IEnumerable<Problem> Range(string field, double value, double min, double max)
    {
        if (!(value >= min && value <= max))
        {
            yield return new(field, string.Create(CultureInfo.InvariantCulture, $"must be from {min} to {max}, not {value}"));
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ModelType();
}

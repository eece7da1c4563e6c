using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts.Training;

/// <summary>Validates a config without accessing the disk.</summary>
public static class TrainingConfigValidation
{
    /// <summary>Every reason why <paramref name="config"/> can't work; none when it can.</summary>
    public static IReadOnlyList<Problem> Validate(this TrainingConfig config)
    {
        var problems = RequestLimits.Check(config).ToList();

        Require("spectral_norm", !config.SpectralNorm, "is not available for model_family 'gpt2'");

        var shape = ModelShape.Of(config);
        Require(
            "dim",
            shape.Heads < 1 || shape.Dim % shape.Heads == 0,
            $"must be a multiple of heads ({shape.Dim} is not a multiple of {shape.Heads})");
        Require(
            "kv_heads",
            config.KvHeads is null || config.KvHeads == shape.Heads,
            $"must equal heads ({shape.Heads}) for model_family 'gpt2'");

        Require("corpus_path", config.CorpusPath.Length > 0, "is required: a text file or a folder of them");
        Id("tokenizer_id", config.TokenizerId);
        Id("experiment_id", config.ExperimentId);
        Id("start_from", config.StartFrom);
        problems.AddRange(TagLimits.Validate(config.Tags));
        return problems;

        void Require(string field, bool holds, string message)
        {
            if (!holds)
            {
                problems.Add(new(field, message));
            }
        }

        void Id(string field, string? value) =>
            Require(field, value is null || Identifier.IsValid(value), Identifier.Rule);
    }
}

using System.IO.Enumeration;
using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts.Training;

/// <summary>Validates a config without accessing the disk.</summary>
public static class TrainingConfigValidation
{
    /// <summary>Every reason why <paramref name="config"/> can't work; none when it can.</summary>
    public static IReadOnlyList<Problem> Validate(this TrainingConfig config)
    {
        var problems = RequestLimits.Check(config).ToList();

        if (config.PretrainedPath is null)
        {
            ValidateShape();
            Id("tokenizer_id", config.TokenizerId);
        }
        else
        {
            ValidatePretrained();
            Id("tokenizer_id", config.TokenizerId.Length == 0 ? null : config.TokenizerId);
        }
        Require("corpus_path", config.CorpusPath.Length > 0, "is required: a text file or a folder of them");
        Require(
            "curriculum_steps", config.CurriculumSteps is null == config.CurriculumStartLen is null,
            "and curriculum_start_len are set together or not at all");
        Require(
            "curriculum_start_len", config.CurriculumStartLen is not { } start || start <= ModelShape.Of(config).MaxSeqLen,
            $"must be at most max_seq_len ({ModelShape.Of(config).MaxSeqLen}), not {config.CurriculumStartLen}");
        Id("experiment_id", config.ExperimentId);
        Id("start_from", config.StartFrom);
        problems.AddRange(TagLimits.Validate(config.Tags));
        return problems;

        void ValidateShape()
        {
            var shape = ModelShape.Of(config);
            var divides = shape.Heads < 1 || shape.Dim % shape.Heads == 0;
            Require("dim", divides, $"must be a multiple of heads ({shape.Dim} is not a multiple of {shape.Heads})");
            Require(
                "model_size", shape.Family is null || shape.Family == config.ModelFamily,
                $"'{config.ModelSize}' is a size of model_family '{shape.Family}', not of '{config.ModelFamily}'");
            if (!ModelFamilyTraits.ByName.TryGetValue(config.ModelFamily, out var family))
            {
                return;
            }
            Require(
                "dim", !divides || shape.Heads < 1 || !family.RotatesPositions || shape.Dim / shape.Heads % 2 == 0,
                $"must be an even multiple of heads ({shape.Heads}) for model_family '{config.ModelFamily}', not {shape.Dim}");
            if (config.SpectralNorm && shape.Layers > 0 && config.SpectralNormLayers.Length > 0)
            {
                var names = family.LinearLayers(shape.Layers).ToArray();
                Require(
                    "spectral_norm_layers", Array.Exists(names, name => MatchesPattern(config.SpectralNormLayers, name)),
                    $"matches no linear layer; the first is '{names[0]}', the last '{names[^1]}'");
            }
            if (config.KvHeads is { } shared and > 0)
            {
                Require(
                    "kv_heads", family.SharesKvHeads || shared == shape.Heads,
                    $"must equal heads ({shape.Heads}) for model_family '{config.ModelFamily}'");
                Require(
                    "kv_heads", !family.SharesKvHeads || shape.Heads % shared == 0,
                    $"must divide heads ({shape.Heads} is not a multiple of {shared})");
            }
        }

        void ValidatePretrained()
        {
            const string Given = "is given by the folder at pretrained_path; leave it out";
            Require("layers", config.Layers is null, Given);
            Require("heads", config.Heads is null, Given);
            Require("kv_heads", config.KvHeads is null, Given);
            Require("dim", config.Dim is null, Given);
            Require("pretrained_path", config.PretrainedPath?.Length > 0, "is empty; leave it out to train a fresh model");
            Require("start_from", config.StartFrom is null, "can't be combined with pretrained_path: a run starts from one set of weights");
        }

        static bool MatchesPattern(string patterns, string name) => patterns
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

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

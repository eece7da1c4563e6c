using System.IO.Enumeration;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Evaluation;

namespace Trainyard.Contracts.Training;

/// <summary>Validates a config without accessing the disk.</summary>
public static class TrainingConfigValidation
{
    /// <summary>Every reason why <paramref name="config"/> can't work; none when it can.</summary>
    public static IReadOnlyList<Problem> Validate(this TrainingConfig config)
    {
        var problems = RequestLimits.Check(config).ToList();
        problems.AddRange(PromptLimits.Check("eval_prompts", config.EvalPrompts, "eval_prompts_path", config.EvalPromptsPath));

        var family = ModelFamilyTraits.ByName.GetValueOrDefault(config.ModelFamily);
        if (family is { IsLanguageModel: false })
        {
            ValidateWithoutText(family);
        }
        else if (config.PretrainedPath is null)
        {
            ValidateShape();
            Id("tokenizer_id", config.TokenizerId);
        }
        else
        {
            ValidatePretrained();
            Id("tokenizer_id", config.TokenizerId.Length == 0 ? null : config.TokenizerId);
        }
        if (family is not { IsLanguageModel: false })
        {
            ValidateCurriculum();
        }
        Require("corpus_path", config.CorpusPath.Length > 0, family is { IsLanguageModel: false }
            ? "is required: a folder with the data"
            : "is required: a text file or a folder of them");
        Require(
            "loss_spike_rollback", !config.LossSpikeRollback || config.LossSpikeThreshold is not null,
            "needs loss_spike_threshold, which says what a spike is");
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
            if (family is null)
            {
                return;
            }
            Require(
                "dim", !divides || shape.Heads < 1 || !family.RotatesPositions || shape.Dim / shape.Heads % 2 == 0,
                $"must be an even multiple of heads ({shape.Heads}) for model_family '{config.ModelFamily}', not {shape.Dim}");
            ValidateNormalisedLayers(family);
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

        void ValidateWithoutText(ModelFamilyTraits traits)
        {
            var unused = $"is of no use to model_family '{config.ModelFamily}'; leave it out";
            Require("heads", config.Heads is null, unused);
            Require("kv_heads", config.KvHeads is null, unused);
            Require("max_seq_len", config.MaxSeqLen is null, unused);
            Require("tokenizer_id", config.TokenizerId.Length == 0, unused);
            Require("pretrained_path", config.PretrainedPath is null, unused);
            Require("eval_tokens", config.EvalTokens is null, unused);
            Require("eval_prompts", config.EvalPrompts is null, unused);
            Require("eval_prompts_path", config.EvalPromptsPath is null, unused);
            Require("replace_invalid_bytes", !config.ReplaceInvalidBytes, unused);
            Require("curriculum_start_len", config.CurriculumStartLen is null, unused);
            Require("curriculum_steps", config.CurriculumSteps is null, unused);
            ValidateNormalisedLayers(traits);
            Require(
                "layers", config.Layers is null || config.Layers <= (traits.MaxLayers ?? int.MaxValue),
                $"must be at most {traits.MaxLayers} for model_family '{config.ModelFamily}'");
            Require(
                "model_size", traits.Sizes is null || traits.Sizes.ContainsKey(config.ModelSize),
                $"must be one of {string.Join(", ", traits.Sizes?.Keys ?? [])} for model_family '{config.ModelFamily}'");
        }

        void ValidateCurriculum()
        {
            var window = ModelShape.Of(config).MaxSeqLen;
            Require(
                "curriculum_steps", config.CurriculumSteps is null == config.CurriculumStartLen is null,
                "and curriculum_start_len are set together or not at all");
            Require(
                "curriculum_start_len", config.CurriculumStartLen is not { } start || start <= window,
                $"must be at most max_seq_len ({window}), not {config.CurriculumStartLen}");
        }

        void ValidateNormalisedLayers(ModelFamilyTraits traits)
        {
            if (config.SpectralNorm && config.SpectralNormLayers.Length > 0
                && traits.LinearLayers(ModelShape.Of(config).Layers).ToArray() is { Length: > 0 } names)
            {
                Require(
                    "spectral_norm_layers", Array.Exists(names, name => MatchesPattern(config.SpectralNormLayers, name)),
                    $"matches no linear layer; the first is '{names[0]}', the last '{names[^1]}'");
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

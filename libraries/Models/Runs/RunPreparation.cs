using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Storage;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Runs;

/// <summary>What a run trains on, and the plan completed by it.</summary>
/// <param name="Plan">The plan with the model's final shape.</param>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Corpus">The tokenised text.</param>
internal sealed record PreparedRun(TrainingPlan Plan, BpeTokenizer Tokenizer, TokenizedCorpus Corpus) : IDisposable
{
    public void Dispose() => Corpus.Dispose();
}

/// <summary>Copies tokenizer and config to the run's folder, and tokenises the text.</summary>
internal sealed class RunPreparation(TrainingRunInputs inputs, RunRecord record)
{
    /// <exception cref="OperationCanceledException">Cancelled while tokenising.</exception>
    public PreparedRun Prepare(TrainingPlan requested, CancellationToken cancellation)
    {
        var tokenizer = BpeTokenizer.Load(inputs.TokenizerFile);
        var plan = inputs.PretrainedFolder is { } pretrained
            ? PretrainedModel.Fit(requested, pretrained, tokenizer)
            : requested with { Shape = requested.Shape with { VocabularySize = tokenizer.VocabularySize } };
        KeepDescription(plan, tokenizer);

        var text = TextCorpus.Open(inputs.CorpusPath, inputs.Corpus);
        foreach (var notice in text.Notices)
        {
            record.Log("warning", notice);
        }
        RequireSame(text);
        var split = CorpusSplit.Of(text, plan.HoldoutFraction, plan.Seed);
        record.Log("info", split.HeldOutDocuments > 0
            ? $"{split.HeldOutDocuments} of {text.Files.Count} files are held out for validation."
            : $"The last lines of {split.Cuts.Count} of {text.Files.Count} files are held out for validation.");
        if (tokenizer.EndOfTextId is null)
        {
            record.Log("warning", "The tokenizer has no <|endoftext|> token, so the model doesn't learn where texts end.");
        }
        var corpus = CorpusTokens.Prepare(text, inputs.TokenizerFile, split, inputs.CacheFolder, cancellation, () =>
            record.Log("warning", "The kept tokens of the text are damaged. The text is tokenised again."));
        record.Spend("prepare_seconds", record.Elapsed);
        record.Describe(manifest => manifest with
        {
            Plan = plan,
            Parameters = plan.Shape.ParameterCount,
            Data = new(text.Fingerprint, text.Files.Count, corpus.Training.Count, corpus.Validation.Count, split.HeldOutDocuments)
            {
                SkippedFiles = text.Skipped.Count,
                Skipped = [.. text.Skipped.Take(TextCorpus.MaxNamed)],
            },
        });
        return new(plan, tokenizer, corpus);
    }

    private void RequireSame(TextCorpus text)
    {
        if (inputs.Reproduces is not { } original)
        {
            return;
        }
        if (text.Fingerprint != original.Data?.Fingerprint)
        {
            throw Changed($"The text has changed since run {original.RunId} was trained on it");
        }
        var tokenizer = original.Artifacts.FirstOrDefault(file => file.Name == RunFolder.TokenizerName);
        var file = new FileInfo(inputs.TokenizerFile);
        if (StoredFile.Describe(file.DirectoryName ?? "", file.Name).Sha256 != tokenizer?.Sha256)
        {
            throw Changed($"The tokenizer has changed since run {original.RunId} was trained with it");
        }

        static TrainingException Changed(string what) =>
            new(FailureKind.UserInput, $"{what}, so the run can't be reproduced.") { Code = FailureCodes.DataNotFound };
    }

    private void KeepDescription(TrainingPlan plan, BpeTokenizer tokenizer)
    {
        record.Keep(RunFolder.TokenizerName, "tokenizer", output => output.Write(File.ReadAllBytes(inputs.TokenizerFile)));
        foreach (var (name, json) in TransformersFile.Of(tokenizer, plan.Shape.MaxSeqLen))
        {
            record.Keep(name, "tokenizer", json);
        }
        record.Keep(RunFolder.ConfigName, "config", HuggingFaceFiles.ConfigOf(plan.Shape, plan.Dropout, tokenizer.EndOfTextId));
        record.Keep(
            RunFolder.GenerationConfigName, "config",
            HuggingFaceFiles.GenerationConfigOf(plan.Shape, tokenizer.EndOfTextId, tokenizer.PaddingId));
    }
}

using System.Text;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Generation;
using Trainyard.Models.Runs;
using Trainyard.Models.Storage;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.LanguageModels;

/// <summary>Prepares a language model's run: its tokenizer, its shape, its text as tokens, and the files that describe the model.</summary>
internal static class LanguageModelSetup
{
    public static LanguageModelTask Open(TaskSetup setup, CancellationToken cancellation)
    {
        var inputs = setup.Inputs;
        var tokenizerFile = inputs.TokenizerFile
            ?? throw new TrainingException(FailureKind.UserInput, "A language model needs a tokenizer: set tokenizer_id.");
        var tokenizer = BpeTokenizer.Load(tokenizerFile);
        var wanted = LanguageModelTask.ShapeOf(setup.Plan.Shape);
        var plan = inputs.PretrainedFolder is { } pretrained
            ? PretrainedModel.Fit(setup.Plan, wanted, pretrained, tokenizer)
            : setup.Plan with { Shape = wanted with { VocabularySize = tokenizer.VocabularySize } };
        var shape = LanguageModelTask.ShapeOf(plan.Shape);
        var config = HuggingFaceFiles.ConfigOf(shape, plan.Dropout, tokenizer.EndOfTextId);
        setup.Keep(RunFolder.TokenizerName, "tokenizer", File.ReadAllBytes(tokenizerFile));
        foreach (var (name, json) in TransformersFile.Of(tokenizer, shape.MaxSeqLen))
        {
            setup.Keep(name, "tokenizer", Encoding.UTF8.GetBytes(json));
        }
        setup.Keep(RunFolder.ConfigName, "config", Encoding.UTF8.GetBytes(config));
        setup.Keep(
            RunFolder.GenerationConfigName, "config",
            Encoding.UTF8.GetBytes(GenerationConfig.TextOf(shape, tokenizer.EndOfTextId, tokenizer.PaddingId)));

        var text = TextCorpus.Open(inputs.CorpusPath, inputs.Corpus);
        foreach (var notice in text.Notices)
        {
            setup.Log("warning", notice);
        }
        RequireSame(setup, text, tokenizerFile);
        var split = CorpusSplit.Of(text, plan.HoldoutFraction, plan.Seed);
        setup.Log("info", split.HeldOutDocuments > 0
            ? $"{split.HeldOutDocuments} of {text.Files.Count} files are held out for validation."
            : $"The last lines of {split.Cuts.Count} of {text.Files.Count} files are held out for validation.");
        if (tokenizer.EndOfTextId is null)
        {
            setup.Log("warning", "The tokenizer has no <|endoftext|> token, so the model doesn't learn where texts end.");
        }
        var corpus = CorpusTokens.Prepare(text, tokenizerFile, split, inputs.CacheFolder, cancellation, () =>
            setup.Log("warning", "The kept tokens of the text are damaged. The text is tokenised again."));
        var data = new DataDescription(text.Fingerprint, text.Files.Count, split.HeldOutDocuments)
        {
            SkippedFiles = text.Skipped.Count,
            Skipped = [.. text.Skipped.Take(TextCorpus.MaxNamed)],
        };
        try
        {
            var known = new TrainedText(tokenizer, inputs.Prompts, config, data);
            return new(plan, corpus, inputs.PretrainedFolder ?? inputs.StartFromWeights, known);
        }
        catch
        {
            corpus.Dispose();
            throw;
        }
    }

    private static void RequireSame(TaskSetup setup, TextCorpus text, string tokenizerFile)
    {
        setup.RequireSameData(text.Fingerprint, "text has");
        if (setup.Inputs.Reproduces is not { } original)
        {
            return;
        }
        var tokenizer = original.Artifacts.FirstOrDefault(file => file.Name == RunFolder.TokenizerName);
        var file = new FileInfo(tokenizerFile);
        if (StoredFile.Describe(file.DirectoryName ?? "", file.Name).Sha256 != tokenizer?.Sha256)
        {
            throw TaskSetup.Irreproducible($"The tokenizer has changed since run {original.RunId} was trained with it");
        }
    }
}

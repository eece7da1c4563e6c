using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;

namespace Trainyard.Models.LanguageModels;

/// <summary>Predicts the next token of a tokenised corpus.</summary>
public sealed class LanguageModelTask : TrainingTask
{
    private readonly TokenizedCorpus corpus;
    private readonly WindowSampler batches;
    private readonly Evaluator evaluator;
    private readonly LanguageModel model;
    private readonly OutputLayer output;
    private readonly LanguageModelScoring? scoring;
    private readonly int window;

    /// <summary>Creates the model.</summary>
    /// <param name="plan">The plan, with a shape of the corpus's vocabulary.</param>
    /// <param name="corpus">The corpus, which the task disposes.</param>
    /// <param name="weights">
    /// Initial weights: a safetensors file, or a folder in Hugging Face's format; random weights when null.
    /// </param>
    /// <exception cref="TrainingException">The corpus is too small.</exception>
    public LanguageModelTask(TrainingPlan plan, TokenizedCorpus corpus, string? weights = null)
        : this(plan, corpus, weights, text: null)
    {
    }

    internal LanguageModelTask(TrainingPlan plan, TokenizedCorpus corpus, string? weights, TrainedText? text)
    {
        Plan = plan;
        this.corpus = corpus;
        var shape = ShapeOf(plan.Shape);
        window = WindowOf(plan, shape);
        Size = new(corpus.Training.Count, corpus.Validation.Count, DataSize.Tokens);
        batches = new(corpus.Training, window, plan.BatchSize, plan.Seed);
        if (batches.Windows < 1 || Size.Validation < 2)
        {
            throw new TrainingException(FailureKind.UserInput,
                $"The corpus is too small: it has {Size.Training} training tokens and {Size.Validation} held-out tokens, but max_seq_len "
                + $"{window} needs at least {window + 1} and 2. Add text, or lower max_seq_len.");
        }
        var budget = new EvaluationBudget(plan, window, plan.StepsPerEpoch(batches.BatchesPerEpoch));
        output = new(new(plan.LabelSmoothing, plan.ZLoss), plan.Precision is Precision.Bf16);
        evaluator = new(corpus.Validation, window, plan.BatchSize, budget.Tokens);
        Config = text?.Config ?? shape.ConfigText(plan.Dropout);
        Data = (text?.Data ?? new("", Files: 0, HeldOutFiles: 0)) with
        {
            TrainingTokens = Size.Training,
            ValidationTokens = Size.Validation,
        };
        TorchRuntime.Prepare(plan.Threads);
        model = weights is null ? LanguageModel.Create(shape, plan.Seed) : LanguageModel.Load(shape, weights);
        scoring = text is null ? null : new(new(model, text.Tokenizer), text, corpus.Validation, evaluator, budget);
    }

    /// <inheritdoc/>
    public override TrainingPlan Plan { get; }

    /// <inheritdoc/>
    public override LanguageModel Model => model;

    /// <inheritdoc/>
    public override string Config { get; }

    /// <inheritdoc/>
    public override DataDescription Data { get; }

    /// <inheritdoc/>
    public override DataSize Size { get; }

    /// <inheritdoc/>
    public override int BatchesPerEpoch => batches.BatchesPerEpoch;

    /// <inheritdoc/>
    public override long? TokensPerBatch => (long)Plan.BatchSize * window;

    /// <inheritdoc/>
    public override BatchLoss Backward(BatchPosition at, Dropout dropout, double share)
    {
        var (inputs, targets) = batches.Batch(at.Epoch, at.Batch);
        if (Plan.Curriculum is { } curriculum)
        {
            var length = curriculum.LengthAt(window, at.Step);
            (inputs, targets) = (inputs.view(-1, length), targets.view(-1, length));
        }
        return new(model.Backward(inputs, targets, dropout, output, share));
    }

    /// <inheritdoc/>
    public override ValidationScores Validate(CancellationToken cancellation)
    {
        var loss = evaluator.Loss(model, cancellation);
        return new(loss, evaluator.Tokens, Size.Validation - 1) { Perplexity = Evaluator.Perplexity(loss) };
    }

    /// <inheritdoc/>
    public override IEnumerable<TaskSample> Sample(long seed, bool isLast) => scoring?.Sample(seed, isLast) ?? [];

    /// <inheritdoc/>
    public override EvaluationMetrics Complete(EvaluationMetrics metrics, IReadOnlyList<TaskSample> samples) =>
        scoring?.Complete(metrics, samples) ?? metrics;

    /// <summary>Tokens of a training window.</summary>
    internal static int WindowOf(TrainingPlan plan, LanguageModelShape shape) => plan.SequenceLength ?? shape.MaxSeqLen;

    /// <summary>The shape of a language model, which that of another family is not.</summary>
    internal static LanguageModelShape ShapeOf(NetworkShape shape) => shape as LanguageModelShape
        ?? throw new ArgumentException($"A model of the family '{shape.Family}' is not a language model.", nameof(shape));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            corpus.Dispose();
        }
    }
}

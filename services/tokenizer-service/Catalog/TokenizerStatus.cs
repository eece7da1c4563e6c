namespace Trainyard.TokenizerService.Catalog;

/// <summary>How far the training of a tokenizer is.</summary>
internal enum TokenizerStatus
{
    Queued,
    Training,
    Completed,
    Failed,
}

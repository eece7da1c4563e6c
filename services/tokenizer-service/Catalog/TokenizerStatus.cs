namespace Trainyard.TokenizerService.Catalog;

internal enum TokenizerStatus
{
    Queued,
    Training,
    Completed,
    Failed,
}

namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>A file that takes points as they are read. Disposing it writes its end, and leaves the stream open.</summary>
internal interface IPointSink : IAsyncDisposable
{
    ValueTask WriteAsync(string runId, SeriesChunk chunk, CancellationToken cancellationToken);
}

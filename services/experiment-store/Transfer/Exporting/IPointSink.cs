namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>Writes points to a file format. Disposing it writes the end of the file and leaves the stream open.</summary>
internal interface IPointSink : IAsyncDisposable
{
    ValueTask WriteAsync(string runId, SeriesChunk chunk, CancellationToken cancellationToken);
}

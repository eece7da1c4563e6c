namespace Trainyard.RunFormats.Points;

/// <summary>Writes points to a file format. Disposing it writes the end of the file and leaves the stream open.</summary>
public interface IPointSink : IAsyncDisposable
{
    /// <summary>Writes points, or buffers a bounded number of them.</summary>
    ValueTask WriteAsync(SeriesPoints series, CancellationToken cancellationToken = default);
}

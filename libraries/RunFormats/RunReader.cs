namespace Trainyard.RunFormats;

/// <summary>Reads the runs of a file or folder, and translates its vocabulary to Trainyard's events. Read it once.</summary>
public abstract class RunReader
{
    /// <summary>All of its events, run by run, streamed while the files are read.</summary>
    /// <exception cref="InvalidRunFileException">A file is malformed or too large. Earlier events have been returned.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public abstract IAsyncEnumerable<SourceEvent> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Experiments in what has been read so far. The caller takes them out.</summary>
    public Queue<SourceExperiment> Experiments { get; } = [];

    /// <summary>
    /// Whether an experiment is known by its name, because other sources of this kind use the same ids for other experiments.
    /// </summary>
    public virtual bool ExperimentsAreNamed => false;

    /// <summary>The size of all files, known once reading has begun.</summary>
    public long BytesTotal { get; protected set; }

    /// <summary>How much of them has been read.</summary>
    public long BytesRead { get; protected set; }

    /// <summary>What was left out so far, and other notices.</summary>
    public SourceReport Report { get; } = new();
}

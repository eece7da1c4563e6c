using System.Globalization;
using Trainyard.Models.Storage;

namespace Trainyard.Models.Runs;

/// <summary>A later attempt has taken over the run, so this one can't publish anything any more.</summary>
public sealed class AttemptOverException : Exception
{
    /// <summary>Creates the exception.</summary>
    public AttemptOverException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// The folder in which one attempt of a run writes. Files are published by renaming them out of it, and deleted from the run by renaming
/// them into it first. A later attempt begins by renaming this folder into its own. From then on all these renames fail, so that a stalled
/// process of an earlier attempt can't change the run's files.
/// </summary>
public sealed class AttemptFolder
{
    private const string Attempts = ".tmp-attempts";
    private const string Taken = ".tmp-taken-";
    /// <summary>The file of the undelivered events in a checkpoint.</summary>
    internal const string UndeliveredName = "undelivered.json";

    private const string CheckpointsFolder = "checkpoints";
    private const string EvalFolder = "eval";
    private const string LostMessage =
        "The run's folder is gone. Check the disk that holds the artifacts (APP__ARTIFACTS_ROOT); the run is tried again.";
    private const string Reserve = ".reserve";
    private const int ReserveBytes = 256 * 1024;

    private readonly Lock gate = new();
    private readonly RunFolder run;
    private readonly int attempt;

    private AttemptFolder(RunFolder run, string path, int attempt) => (this.run, Path, this.attempt) = (run, path, attempt);

    /// <summary>The attempt's folder.</summary>
    public string Path { get; }

    /// <summary>Whether a later attempt has taken over.</summary>
    public bool IsOver => IsGone && HasSuccessor;

    /// <summary>Whether the folder is gone although no later attempt has taken over: the disk or the run's files are missing.</summary>
    public bool IsLost => IsGone && !HasSuccessor;

    private bool IsGone => !Directory.Exists(Path);

    // A later attempt creates its folder before it takes this one.
    private bool HasSuccessor =>
        System.IO.Path.Combine(run.Path, Attempts) is var attempts && Directory.Exists(attempts)
        && AttemptsIn(attempts).Any(number => number > attempt);

    /// <summary>The folder of unpublished checkpoints.</summary>
    public string Checkpoints => In(CheckpointsFolder);

    /// <summary>Begins an attempt and ends all earlier ones. Takes over their unpublished checkpoints.</summary>
    /// <exception cref="AttemptOverException">A later attempt has begun.</exception>
    public static AttemptFolder Open(RunFolder run, int attempt)
    {
        var attempts = System.IO.Path.Combine(run.Path, Attempts);
        Directory.CreateDirectory(attempts);
        Directory.CreateDirectory(run.Checkpoints);
        Directory.CreateDirectory(System.IO.Path.Combine(run.Path, EvalFolder));
        var path = System.IO.Path.Combine(attempts, attempt.ToString(CultureInfo.InvariantCulture));
        var folder = new AttemptFolder(run, path, attempt);

        // Create the own folder before listing the others: if two attempts begin at once, at least one sees the other.
        Durable.MakeFolder(folder.Path);
        Durable.MakeFolder(folder.Checkpoints);
        Durable.MakeFolder(folder.In(EvalFolder));
        var others = AttemptsIn(attempts).Where(number => number != attempt).ToList();
        if (others.Find(other => other > attempt) is > 0 and var later)
        {
            throw new AttemptOverException($"Attempt {later} of the run has begun, so attempt {attempt} is over.");
        }
        folder.TakeOver(attempts, others);
        folder.TakeReserve();
        return folder;
    }

    /// <summary>Frees space that the attempt holds, so that the reason of a failure can be written to a disk that is full.</summary>
    public void FreeReserve() => File.Delete(In(Reserve));

    /// <summary>The exception that says that the folder is lost.</summary>
    internal static ArtifactsLostException Lost(Exception? exception) => new(LostMessage, exception);

    /// <summary>Writes a file, to be published later.</summary>
    public StoredFile Write(string name, Action<Stream> write) => Durable.WriteFile(In(name), write) with { Name = name };

    /// <summary>Publishes a file or checkpoint to the run's folder. Does nothing if it is already published or deleted.</summary>
    /// <param name="name">Path below the run's folder, with forward slashes.</param>
    /// <exception cref="AttemptOverException">A later attempt has taken over.</exception>
    public void Publish(string name) => Guard(() =>
    {
        var (own, shown) = (In(name), Shown(name));
        if (Directory.Exists(own))
        {
            File.Delete(System.IO.Path.Combine(own, UndeliveredName));
            Remove(shown);
            Directory.Move(own, shown);
        }
        else if (File.Exists(own))
        {
            File.Move(own, shown, overwrite: true);
        }
        else
        {
            return;
        }
        Durable.Flush(System.IO.Path.GetDirectoryName(shown) ?? run.Path);
    });

    /// <summary>Deletes a checkpoint, published or not.</summary>
    /// <exception cref="AttemptOverException">A later attempt has taken over.</exception>
    public void Delete(string name) => Guard(() =>
    {
        Durable.DeleteFolder(In(name));
        Remove(Shown(name));
    });

    /// <summary>Ends the attempt and deletes unpublished files. The folder stays, so that no earlier attempt can begin.</summary>
    public void Close() => Guard(() =>
    {
        foreach (var left in Directory.GetFiles(Path))
        {
            File.Delete(left);
        }
        foreach (var left in Directory.GetDirectories(Path))
        {
            Directory.Delete(left, recursive: true);
        }
    });

    /// <summary>Opens a file, published or not.</summary>
    internal FileStream OpenRead(string name)
    {
        lock (gate)
        {
            return File.OpenRead(File.Exists(In(name)) ? In(name) : Shown(name));
        }
    }

    /// <summary>Reads files while none of them is published or deleted.</summary>
    internal void WhileUnchanged(Action read)
    {
        lock (gate)
        {
            read();
        }
    }

    /// <summary>
    /// Continues a file of lines in a copy, so that an earlier attempt that still has the old file open can't append to it.
    /// </summary>
    internal JsonLines Append(string name)
    {
        if (File.Exists(Shown(name)))
        {
            File.Copy(Shown(name), In(name), overwrite: true);
        }
        var lines = new JsonLines(In(name));
        Publish(name);
        return lines;
    }

    private static IEnumerable<int> AttemptsIn(string attempts) => Directory.GetDirectories(attempts)
        .Select(System.IO.Path.GetFileName)
        .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
        .Where(number => number > 0);

    private void TakeOver(string attempts, List<int> others)
    {
        foreach (var other in others)
        {
            var taken = System.IO.Path.Combine(Path, $"{Taken}{other}");
            Directory.Move(System.IO.Path.Combine(attempts, other.ToString(CultureInfo.InvariantCulture)), taken);
        }
        foreach (var taken in Directory.GetDirectories(Path, Taken + "*"))
        {
            Adopt(taken);
            Directory.Delete(taken, recursive: true);
        }
    }

    /// <summary>Takes over the checkpoints of an earlier attempt, including those it had taken over.</summary>
    private void Adopt(string taken)
    {
        foreach (var earlier in Directory.GetDirectories(taken, Taken + "*"))
        {
            Adopt(earlier);
        }
        var checkpoints = System.IO.Path.Combine(taken, CheckpointsFolder);
        foreach (var checkpoint in Directory.Exists(checkpoints) ? Directory.GetDirectories(checkpoints) : [])
        {
            var own = System.IO.Path.Combine(Checkpoints, System.IO.Path.GetFileName(checkpoint));
            if (!Directory.Exists(own))
            {
                Directory.Move(checkpoint, own);
            }
        }
    }

    private void Remove(string shown)
    {
        if (!Directory.Exists(shown))
        {
            return;
        }
        var removed = In($".tmp-{Guid.NewGuid():N}");
        Directory.Move(shown, removed);
        Directory.Delete(removed, recursive: true);
    }

    private void Guard(Action change)
    {
        lock (gate)
        {
            try
            {
                change();
            }
            catch (IOException exception) when (IsGone)
            {
                throw Gone(exception);
            }
            if (IsGone)
            {
                throw Gone();
            }
        }
    }

    // Random, so that no file system stores it in less space.
    private void TakeReserve()
    {
        var reserve = new byte[ReserveBytes];
        Random.Shared.NextBytes(reserve);
        Durable.WriteFile(In(Reserve), output => output.Write(reserve));
    }

    private Exception Gone(Exception? exception = null) =>
        HasSuccessor ? new AttemptOverException("A later attempt has taken the run over.", exception) : Lost(exception);

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private string Shown(string name) => System.IO.Path.Combine(run.Path, name);
}

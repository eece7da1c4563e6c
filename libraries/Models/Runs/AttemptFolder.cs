using System.Globalization;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Storage;

namespace Trainyard.Models.Runs;

/// <summary>A later attempt has taken the run over: nothing this one writes is seen any more.</summary>
public sealed class AttemptOverException : Exception
{
    /// <summary>An attempt that is over.</summary>
    public AttemptOverException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// Where one attempt of a run writes. What it leaves is published by a rename out of this folder, and what it deletes of the run is renamed into
/// it first. A later attempt begins by renaming this folder into its own; from then on every such rename fails, so that a process
/// which slept through the end of its attempt can't change the run's files.
/// </summary>
public sealed class AttemptFolder
{
    private const string Attempts = ".tmp-attempts";
    private const string Taken = ".tmp-taken-";
    private const string CheckpointsFolder = "checkpoints";
    private const string EvalFolder = "eval";

    private readonly Lock gate = new();
    private readonly RunFolder run;

    private AttemptFolder(RunFolder run, string path) => (this.run, Path) = (run, path);

    /// <summary>The attempt's folder.</summary>
    public string Path { get; }

    /// <summary>Whether a later attempt has taken over.</summary>
    public bool IsOver => !Directory.Exists(Path);

    /// <summary>Its checkpoints that are not published yet.</summary>
    public string Checkpoints => In(CheckpointsFolder);

    /// <summary>Begins an attempt, and ends every earlier one. What those had not published is this one's to publish.</summary>
    /// <exception cref="AttemptOverException">A later one has begun.</exception>
    public static AttemptFolder Open(RunFolder run, int attempt)
    {
        var attempts = System.IO.Path.Combine(run.Path, Attempts);
        Directory.CreateDirectory(attempts);
        Directory.CreateDirectory(run.Checkpoints);
        Directory.CreateDirectory(System.IO.Path.Combine(run.Path, EvalFolder));
        var folder = new AttemptFolder(run, System.IO.Path.Combine(attempts, attempt.ToString(CultureInfo.InvariantCulture)));

        // First its own, then a look at the others: of two that begin at once, at least one sees the other.
        Durable.MakeFolder(folder.Path);
        Durable.MakeFolder(folder.Checkpoints);
        Durable.MakeFolder(folder.In(EvalFolder));
        var others = Directory.GetDirectories(attempts)
            .Select(path => int.TryParse(System.IO.Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0 && number != attempt)
            .ToList();
        if (others.Find(other => other > attempt) is > 0 and var later)
            throw new AttemptOverException($"Attempt {later} of the run has begun, so attempt {attempt} is over.");
        folder.TakeOver(attempts, others);
        return folder;
    }

    /// <summary>Writes a file that others see once it is published.</summary>
    public StoredFile Write(string name, Action<Stream> write) => Durable.WriteFile(In(name), write) with { Name = name };

    /// <summary>Shows a file, or a checkpoint, of this attempt as the run's. Does nothing when it is shown already, or was deleted since.</summary>
    /// <param name="name">Below the run's folder, with forward slashes.</param>
    /// <exception cref="AttemptOverException">A later attempt has taken over.</exception>
    public void Publish(string name) => Guard(() =>
    {
        var (own, shown) = (In(name), Shown(name));
        if (Directory.Exists(own))
        {
            File.Delete(System.IO.Path.Combine(own, CheckpointStore.UndeliveredFile));
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

    /// <summary>Deletes a checkpoint, whether it is published or not.</summary>
    /// <exception cref="AttemptOverException">A later attempt has taken over.</exception>
    public void Delete(string name) => Guard(() =>
    {
        Durable.DeleteFolder(In(name));
        Remove(Shown(name));
    });

    /// <summary>Ends the attempt: what it did not publish goes. The folder stays, so that no earlier attempt can begin.</summary>
    public void Close() => Guard(() =>
    {
        foreach (var left in Directory.GetFiles(Path))
            File.Delete(left);
        foreach (var left in Directory.GetDirectories(Path))
            Directory.Delete(left, recursive: true);
    });

    /// <summary>Opens a file wherever it lies just now.</summary>
    internal FileStream OpenRead(string name)
    {
        lock (gate)
            return File.OpenRead(File.Exists(In(name)) ? In(name) : Shown(name));
    }

    /// <summary>Goes on with a file of lines: it becomes another file with the same content, which an earlier attempt that still has the old one open can't reach.</summary>
    internal JsonLines Append(string name)
    {
        if (File.Exists(Shown(name)))
            File.Copy(Shown(name), In(name), overwrite: true);
        var lines = new JsonLines(In(name));
        Publish(name);
        return lines;
    }

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

    /// <summary>Keeps the checkpoints of an earlier attempt, and of those it had taken over itself.</summary>
    private void Adopt(string taken)
    {
        foreach (var earlier in Directory.GetDirectories(taken, Taken + "*"))
            Adopt(earlier);
        var checkpoints = System.IO.Path.Combine(taken, CheckpointsFolder);
        foreach (var checkpoint in Directory.Exists(checkpoints) ? Directory.GetDirectories(checkpoints) : [])
        {
            var own = System.IO.Path.Combine(Checkpoints, System.IO.Path.GetFileName(checkpoint));
            if (!Directory.Exists(own))
                Directory.Move(checkpoint, own);
        }
    }

    private void Remove(string shown)
    {
        if (!Directory.Exists(shown))
            return;
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
            catch (IOException exception) when (IsOver)
            {
                throw new AttemptOverException("A later attempt has taken the run over.", exception);
            }
            if (IsOver)
                throw new AttemptOverException("A later attempt has taken the run over.");
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private string Shown(string name) => System.IO.Path.Combine(run.Path, name);
}

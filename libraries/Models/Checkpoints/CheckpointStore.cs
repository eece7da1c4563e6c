using System.Globalization;
using System.Text;
using System.Text.Json;
using Trainyard.Models.Families;
using Trainyard.Models.Runs;
using Trainyard.Models.Storage;
using Trainyard.Models.Training;

namespace Trainyard.Models.Checkpoints;

/// <summary>The content of a checkpoint's <c>state.json</c>. Written last, with the size and hash of the other files.</summary>
/// <param name="Format">The format version, 1.</param>
/// <param name="Shape">The model's shape.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="State">The state of the training loop.</param>
/// <param name="Files">The other files.</param>
public sealed record Checkpoint(int Format, NetworkShape Shape, long Seed, TrainingState State, IReadOnlyList<StoredFile> Files);

/// <summary>The tensors of a checkpoint.</summary>
/// <param name="Model">The model as it is evaluated and published: <c>model.safetensors</c>, with Hugging Face's names.</param>
/// <param name="Training">What training needs besides: <c>optimizer.safetensors</c>.</param>
public sealed record CheckpointTensors(IReadOnlyList<NamedTensor> Model, IReadOnlyList<NamedTensor> Training);

/// <summary>
/// The checkpoints of a run, each a folder named after its step. A folder is renamed into place once it is completely on disk. Damaged
/// checkpoints are detected and skipped.
/// </summary>
/// <param name="folder">The run's <c>checkpoints</c> folder.</param>
/// <param name="attempt">The attempt that writes checkpoints and publishes them later; without one, they are written in place.</param>
/// <param name="undelivered">Undelivered events to save with each checkpoint until it is published.</param>
public sealed class CheckpointStore(string folder, AttemptFolder? attempt = null, Func<ReadOnlyMemory<byte>>? undelivered = null)
{
    /// <summary>The weights' file, with Hugging Face's names.</summary>
    public const string WeightsFile = "model.safetensors";
    private const string OptimizerFile = "optimizer.safetensors";
    private const string StateFile = "state.json";

    /// <summary>The undelivered events saved with an unpublished checkpoint.</summary>
    internal const string UndeliveredFile = AttemptFolder.UndeliveredName;

    /// <summary>
    /// The text of the model's <c>config.json</c>, which makes a checkpoint a folder in Hugging Face's format. When null, it has only what
    /// the shape determines.
    /// </summary>
    public string? ModelConfig { get; init; }

    /// <summary>Steps that have a checkpoint, newest first.</summary>
    public IReadOnlyList<long> Steps => attempt is null
        ? StepsIn(folder)
        : [.. StepsIn(folder).Union(StepsIn(attempt.Checkpoints)).OrderDescending()];

    /// <summary>Steps whose checkpoint is not published yet, oldest first.</summary>
    public IReadOnlyList<long> Unpublished => attempt is null ? [] : [.. StepsIn(attempt.Checkpoints).Order()];

    /// <summary>The path of a step's checkpoint, below the run's folder.</summary>
    public static string NameOf(long step) => string.Create(CultureInfo.InvariantCulture, $"checkpoints/{step}");

    /// <summary>The folder of a step's checkpoint.</summary>
    public string PathOf(long step) =>
        attempt is not null && In(attempt.Checkpoints, step) is var own && Directory.Exists(own) ? own : In(folder, step);

    /// <summary>The events to save with a checkpoint made now.</summary>
    internal ReadOnlyMemory<byte> Undelivered => undelivered?.Invoke() ?? default;

    /// <summary>Writes tensors and state. May be called on another thread than the other members.</summary>
    /// <returns>Its size in bytes.</returns>
    internal long Write(CheckpointSnapshot snapshot, NetworkShape shape, long seed)
    {
        var (state, tensors) = (snapshot.State, snapshot.Tensors);
        if (attempt is null)
        {
            Directory.CreateDirectory(folder);
        }
        long size = 0;
        Durable.CreateFolder(In(attempt?.Checkpoints ?? folder, state.Step), temporary =>
        {
            StoredFile[] files =
            [
                Durable.WriteNew(Path.Combine(temporary, WeightsFile), output => SafetensorsFile.Write(output, tensors.Model)),
                Durable.WriteNew(Path.Combine(temporary, OptimizerFile), output => SafetensorsFile.Write(output, tensors.Training)),
            ];
            var checkpoint = new Checkpoint(1, shape, seed, state, files);
            var described = Durable.WriteNew(
                Path.Combine(temporary, StateFile), output => JsonSerializer.Serialize(output, checkpoint, ModelJson.Indented));
            // Not among the checkpoint's files: earlier versions refuse a state with other files than their two.
            var config = ModelConfig ?? shape.ConfigText(dropout: 0);
            var configured = Durable.WriteNew(
                Path.Combine(temporary, HuggingFaceFiles.Config), output => output.Write(Encoding.UTF8.GetBytes(config)));
            size = files.Sum(file => file.Size) + described.Size + configured.Size;
            if (snapshot.Undelivered is { Length: > 0 } kept)
            {
                Durable.WriteNew(Path.Combine(temporary, UndeliveredFile), output => output.Write(kept.Span));
            }
        });
        return size;
    }

    /// <summary>The newest intact checkpoint; null if there is none.</summary>
    /// <param name="atOrBefore">Considers only checkpoints up to this step.</param>
    /// <param name="damaged">Receives the reason for each skipped checkpoint.</param>
    public Checkpoint? NewestIntact(long? atOrBefore, Action<string> damaged)
    {
        foreach (var step in Steps.Where(step => step <= (atOrBefore ?? long.MaxValue)))
        {
            try
            {
                return Read(step);
            }
            catch (InvalidDataException exception)
            {
                damaged(exception.Message);
            }
        }
        return null;
    }

    /// <summary>Reads and verifies a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is missing or damaged.</exception>
    public Checkpoint Read(long step)
    {
        var path = PathOf(step);
        try
        {
            var checkpoint = JsonSerializer.Deserialize<Checkpoint>(File.ReadAllBytes(Path.Combine(path, StateFile)), ModelJson.Indented);
            if (checkpoint is not { Format: 1 } || checkpoint.State.Step != step || checkpoint.Files.Count != 2)
            {
                throw new InvalidDataException(
                    $"Checkpoint {step} is damaged or of another version of Trainyard: its state.json can't be used.");
            }
            if (checkpoint.Files.FirstOrDefault(file => !file.IsIntactIn(path)) is { } broken)
            {
                throw new InvalidDataException($"Checkpoint {step} is damaged: {broken.Name} has changed since it was written.");
            }
            return checkpoint;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"Checkpoint {step} is damaged: its state.json can't be read.", exception);
        }
    }

    /// <summary>The undelivered events saved with a step's checkpoint; empty if it is published.</summary>
    public ReadOnlyMemory<byte> ReadUndelivered(long step) =>
        Path.Combine(PathOf(step), UndeliveredFile) is var file && File.Exists(file) ? File.ReadAllBytes(file) : default;

    /// <summary>The size of a step's checkpoint in bytes.</summary>
    public long SizeOf(long step) => new DirectoryInfo(PathOf(step)).EnumerateFiles()
        .Where(file => file.Name != UndeliveredFile)
        .Sum(file => file.Length);

    /// <summary>Reads a checkpoint's tensors into these.</summary>
    /// <exception cref="InvalidDataException">The checkpoint lacks one of them, as when the run was configured otherwise.</exception>
    public void Restore(Checkpoint checkpoint, CheckpointTensors tensors)
    {
        RestoreFile(checkpoint.State.Step, WeightsFile, tensors.Model);
        RestoreFile(checkpoint.State.Step, OptimizerFile, tensors.Training);
    }

    /// <summary>Reads the tensors of a step's checkpoint into these, also while it is being published.</summary>
    /// <returns>Why it could not be read; null if it was.</returns>
    internal string? TryRestore(long step, CheckpointTensors tensors)
    {
        try
        {
            if (attempt is null)
            {
                Restore(Read(step), tensors);
            }
            else
            {
                attempt.WhileUnchanged(() => Restore(Read(step), tensors));
            }
            return null;
        }
        catch (InvalidDataException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Deletes checkpoints after <paramref name="step"/>: a run resumed from there saves its own.</summary>
    public int DeleteAfter(long step) => Delete(Steps.Where(later => later > step));

    /// <summary>Deletes all but the newest <paramref name="keep"/> and those of the steps <paramref name="needed"/>.</summary>
    /// <returns>The number of deleted checkpoints.</returns>
    public int Prune(int keep, params IReadOnlyList<long?> needed) => Delete(Steps.Skip(keep).Where(step => !needed.Contains(step)));

    /// <summary>Deletes partial checkpoints of a crashed process.</summary>
    public void DeleteUnfinished() => Durable.DeleteUnfinished(attempt?.Checkpoints ?? folder);

    /// <summary>Opens a checkpoint's weights, even if it is being published.</summary>
    internal FileStream OpenWeights(long step) =>
        attempt?.OpenRead($"{NameOf(step)}/{WeightsFile}") ?? File.OpenRead(Path.Combine(PathOf(step), WeightsFile));

    private static string In(string folder, long step) => Path.Combine(folder, step.ToString(CultureInfo.InvariantCulture));

    private static IEnumerable<long> StepsOf(string folder) => Directory.EnumerateDirectories(folder)
        .Select(path => long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1)
        .Where(step => step >= 0);

    private static IReadOnlyList<long> StepsIn(string folder) => Directory.Exists(folder) ? [.. StepsOf(folder).OrderDescending()] : [];

    private void RestoreFile(long step, string name, IReadOnlyList<NamedTensor> tensors)
    {
        using var file = SafetensorsFile.Open(Path.Combine(PathOf(step), name));
        foreach (var (tensorName, tensor) in tensors)
        {
            file.Read(tensorName, tensor);
        }
    }

    private int Delete(IEnumerable<long> steps)
    {
        var deleted = 0;
        foreach (var step in steps.ToArray())
        {
            if (attempt is null)
            {
                Durable.DeleteFolder(PathOf(step));
            }
            else
            {
                attempt.Delete(NameOf(step));
            }
            deleted++;
        }
        return deleted;
    }
}

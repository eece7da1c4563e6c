using System.Globalization;
using System.Text.Json;
using Trainyard.Models.Gpt2;
using Trainyard.Models.Optimization;
using Trainyard.Models.Runs;
using Trainyard.Models.Storage;
using Trainyard.Models.Training;

namespace Trainyard.Models.Checkpoints;

/// <summary>What a checkpoint's <c>state.json</c> says. Written last, with the size and hash of everything beside it.</summary>
/// <param name="Format">1.</param>
/// <param name="Shape">The model's.</param>
/// <param name="Seed">Of the run's random choices.</param>
/// <param name="State">Where the loop was.</param>
/// <param name="Files">The other files.</param>
public sealed record Checkpoint(int Format, Gpt2Shape Shape, long Seed, TrainingState State, IReadOnlyList<StoredFile> Files);

/// <summary>
/// The checkpoints of one run, each a folder named after its step. A folder gets its name when all of it is on the disk; one that is damaged
/// later is recognised and passed over.
/// </summary>
/// <param name="folder">The run's <c>checkpoints</c> folder.</param>
/// <param name="attempt">The attempt that writes, and publishes what it has written later; without one, checkpoints are written where they are read.</param>
/// <param name="undelivered">What a checkpoint keeps besides until it is published.</param>
public sealed class CheckpointStore(string folder, AttemptFolder? attempt = null, Func<ReadOnlyMemory<byte>>? undelivered = null)
{
    /// <summary>The weights' file, with Hugging Face's names.</summary>
    public const string WeightsFile = "model.safetensors";
    private const string OptimizerFile = "optimizer.safetensors";
    private const string StateFile = "state.json";

    /// <summary>Beside an unpublished checkpoint: what was reported and is not known to have arrived.</summary>
    internal const string UndeliveredFile = "undelivered.json";

    /// <summary>Steps that have a checkpoint, newest first.</summary>
    public IReadOnlyList<long> Steps => attempt is null ? StepsIn(folder) : [.. StepsIn(folder).Union(StepsIn(attempt.Checkpoints)).OrderDescending()];

    /// <summary>Steps whose checkpoint is not published yet, oldest first.</summary>
    public IReadOnlyList<long> Unpublished => attempt is null ? [] : [.. StepsIn(attempt.Checkpoints).Order()];

    /// <summary>What the folder of a step's checkpoint is called, below the run's.</summary>
    public static string NameOf(long step) => string.Create(CultureInfo.InvariantCulture, $"checkpoints/{step}");

    /// <summary>The folder of a step's checkpoint.</summary>
    public string PathOf(long step) => attempt is not null && In(attempt.Checkpoints, step) is var own && Directory.Exists(own) ? own : In(folder, step);

    /// <summary>Saves weights, moments and state.</summary>
    /// <returns>Its size in bytes.</returns>
    public long Save(Gpt2Model model, AdamW optimizer, long seed, TrainingState state)
    {
        if (attempt is null)
            Directory.CreateDirectory(folder);
        long size = 0;
        Durable.CreateFolder(In(attempt?.Checkpoints ?? folder, state.Step), temporary =>
        {
            StoredFile[] files =
            [
                Durable.WriteNew(Path.Combine(temporary, WeightsFile), output => SafetensorsFile.Write(output, model.Parameters)),
                Durable.WriteNew(Path.Combine(temporary, OptimizerFile), output => SafetensorsFile.Write(output, optimizer.State)),
            ];
            var checkpoint = new Checkpoint(1, model.Shape, seed, state, files);
            var described = Durable.WriteNew(Path.Combine(temporary, StateFile), output => JsonSerializer.Serialize(output, checkpoint, ModelJson.Indented));
            size = files.Sum(file => file.Size) + described.Size;
            if (undelivered?.Invoke() is { Length: > 0 } kept)
                Durable.WriteNew(Path.Combine(temporary, UndeliveredFile), output => output.Write(kept.Span));
        });
        return size;
    }

    /// <summary>The newest checkpoint that is intact.</summary>
    /// <param name="atOrBefore">Only those of this step or an earlier one.</param>
    /// <param name="damaged">Told about each that is passed over, and why.</param>
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
    /// <exception cref="InvalidDataException">It is missing or damaged.</exception>
    public Checkpoint Read(long step)
    {
        var path = PathOf(step);
        try
        {
            var checkpoint = JsonSerializer.Deserialize<Checkpoint>(File.ReadAllBytes(Path.Combine(path, StateFile)), ModelJson.Indented);
            if (checkpoint is not { Format: 1 } || checkpoint.State.Step != step || checkpoint.Files.Count != 2)
                throw new InvalidDataException($"Checkpoint {step} is damaged or of another version of Trainyard: its state.json can't be used.");
            if (checkpoint.Files.FirstOrDefault(file => !file.IsIntactIn(path)) is { } broken)
                throw new InvalidDataException($"Checkpoint {step} is damaged: {broken.Name} is not what was written.");
            return checkpoint;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"Checkpoint {step} is damaged: its state.json can't be read.", exception);
        }
    }

    /// <summary>What was reported before a step's checkpoint and is not known to have arrived; empty when it is published.</summary>
    public ReadOnlyMemory<byte> ReadUndelivered(long step) =>
        Path.Combine(PathOf(step), UndeliveredFile) is var file && File.Exists(file) ? File.ReadAllBytes(file) : default;

    /// <summary>The size of a step's checkpoint in bytes.</summary>
    public long SizeOf(long step) => new DirectoryInfo(PathOf(step)).EnumerateFiles().Where(file => file.Name != UndeliveredFile).Sum(file => file.Length);

    /// <summary>Puts a checkpoint's weights and moments back.</summary>
    public void Restore(Checkpoint checkpoint, Gpt2Model model, AdamW optimizer)
    {
        RestoreFile(checkpoint.State.Step, WeightsFile, model.Parameters);
        RestoreFile(checkpoint.State.Step, OptimizerFile, optimizer.State);
    }

    /// <summary>Deletes checkpoints later than <paramref name="step"/>: a run that goes on from there makes its own.</summary>
    public int DeleteAfter(long step) => Delete(Steps.Where(later => later > step));

    /// <summary>Deletes all but the newest <paramref name="keep"/> and the best.</summary>
    /// <returns>How many were deleted.</returns>
    public int Prune(int keep, long? best) => Delete(Steps.Skip(keep).Where(step => step != best));

    /// <summary>Removes what a process that died left unfinished.</summary>
    public void DeleteUnfinished() => Durable.DeleteUnfinished(attempt?.Checkpoints ?? folder);

    /// <summary>Opens a checkpoint's weights, which may be published or deleted meanwhile.</summary>
    internal FileStream OpenWeights(long step) => attempt?.OpenRead($"{NameOf(step)}/{WeightsFile}") ?? File.OpenRead(Path.Combine(PathOf(step), WeightsFile));

    private static string In(string folder, long step) => Path.Combine(folder, step.ToString(CultureInfo.InvariantCulture));

    private static IEnumerable<long> StepsOf(string folder) => Directory.EnumerateDirectories(folder)
        .Select(path => long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1)
        .Where(step => step >= 0);

    private static IReadOnlyList<long> StepsIn(string folder) => Directory.Exists(folder) ? [.. StepsOf(folder).OrderDescending()] : [];

    private void RestoreFile(long step, string name, IReadOnlyList<NamedTensor> tensors)
    {
        using var file = SafetensorsFile.Open(Path.Combine(PathOf(step), name));
        foreach (var (tensorName, tensor) in tensors)
            file.Read(tensorName, tensor);
    }

    private int Delete(IEnumerable<long> steps)
    {
        var deleted = 0;
        foreach (var step in steps.ToArray())
        {
            if (attempt is null)
                Durable.DeleteFolder(PathOf(step));
            else
                attempt.Delete(NameOf(step));
            deleted++;
        }
        return deleted;
    }
}

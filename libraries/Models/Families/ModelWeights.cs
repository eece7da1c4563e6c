using System.Text.Json;
using TorchSharp;
using Trainyard.Models.Storage;

namespace Trainyard.Models.Families;

/// <summary>
/// The weights of a model: one safetensors file, or several with Hugging Face's <c>model.safetensors.index.json</c>, which names the file
/// of each tensor.
/// </summary>
public sealed class ModelWeights : IDisposable
{
    /// <summary>The name of a single file.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>The name of the index over several files.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    private const int LongestIndex = 64 << 20;
    private const int MostNamed = 3;

    private readonly string path;
    private readonly IReadOnlyList<SafetensorsFile> files;
    private readonly Dictionary<string, SafetensorsFile> holders;

    private ModelWeights(string path, IReadOnlyList<SafetensorsFile> files, Dictionary<string, SafetensorsFile> holders) =>
        (this.path, this.files, this.holders) = (path, files, holders);

    /// <summary>Opens a safetensors file, or the weights of a folder.</summary>
    /// <exception cref="InvalidDataException">The folder has no weights, or its index and files don't fit.</exception>
    /// <exception cref="CheckpointFiles.SafetensorsException">A file is malformed.</exception>
    public static ModelWeights Open(string path)
    {
        if (!Directory.Exists(path))
        {
            return OpenSingle(path, path);
        }
        var single = Path.Combine(path, SingleFile);
        return File.Exists(single) ? OpenSingle(path, single) : OpenShards(path, IndexOf(path));
    }

    /// <summary>The names of the files that <see cref="Open"/> reads in a folder.</summary>
    /// <exception cref="InvalidDataException">The folder has no weights, or its index can't be used.</exception>
    public static IReadOnlyList<string> FilesOf(string folder) => File.Exists(Path.Combine(folder, SingleFile))
        ? [SingleFile]
        : [IndexFile, .. IndexOf(folder).Values.Distinct(StringComparer.Ordinal)];

    /// <summary>Requires that the tensors are those of a shape.</summary>
    /// <exception cref="InvalidDataException">Some are missing, or are not of that model.</exception>
    public void Require(NetworkShape shape)
    {
        var wanted = shape.Parameters().Select(parameter => (parameter.Name, Stored: StoredName(parameter.Name))).ToArray();
        Refuse(wanted.Where(parameter => parameter.Stored is null).Select(parameter => parameter.Name), "lacks");
        var used = wanted.Select(parameter => parameter.Stored).OfType<string>().ToHashSet(StringComparer.Ordinal);
        Refuse(holders.Keys.Where(name => !used.Contains(name) && !shape.IsRedundant(name)), "has more than");

        void Refuse(IEnumerable<string> names, string how)
        {
            if (names.Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } some)
            {
                throw new InvalidDataException(
                    $"{path} {how} the tensors of this {shape.Family} model: {string.Join(", ", some.Take(MostNamed))}"
                    + $"{(some.Length > MostNamed ? $" and {some.Length - MostNamed} more" : "")}.");
            }
        }
    }

    /// <summary>Reads a parameter.</summary>
    /// <param name="name">Its name in a model with an output layer.</param>
    /// <param name="tensor">Where to; float32.</param>
    /// <exception cref="InvalidDataException">There is no tensor of that name and shape.</exception>
    public void Read(string name, torch.Tensor tensor)
    {
        var stored = StoredName(name) ?? throw new InvalidDataException($"{path} has no tensor {name}.");
        holders[stored].Read(stored, tensor);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }

    // transformers writes a model without its output layer, such as the published GPT-2, without the first part of the names.
    private string? StoredName(string name) => holders.ContainsKey(name) ? name
        : name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..] is var bare && holders.ContainsKey(bare) ? bare
        : null;

    private static ModelWeights OpenSingle(string path, string single)
    {
        var file = SafetensorsFile.Open(single);
        return new(path, [file], file.Names.ToDictionary(name => name, _ => file, StringComparer.Ordinal));
    }

    private static ModelWeights OpenShards(string folder, Dictionary<string, string> index)
    {
        var opened = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            foreach (var shard in index.Values.Distinct(StringComparer.Ordinal))
            {
                opened.Add(shard, SafetensorsFile.Open(Path.Combine(folder, shard)));
            }
            return index.FirstOrDefault(entry => !opened[entry.Value].Names.Contains(entry.Key)) is { Key: { } missing, Value: var holder }
                ? throw new InvalidDataException($"{folder}: {holder} does not hold {missing}, though the index says so.")
                : new(
                    folder, [.. opened.Values],
                    index.ToDictionary(entry => entry.Key, entry => opened[entry.Value], StringComparer.Ordinal));
        }
        catch
        {
            foreach (var file in opened.Values)
            {
                file.Dispose();
            }
            throw;
        }
    }

    private static Dictionary<string, string> IndexOf(string folder)
    {
        var file = Path.Combine(folder, IndexFile);
        if (new FileInfo(file) is not { Exists: true, Length: <= LongestIndex })
        {
            throw new InvalidDataException(
                $"{folder} has neither {SingleFile} nor a usable {IndexFile}. "
                + "PyTorch's .bin files are not read; convert them to safetensors.");
        }
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var index = json.RootElement.GetProperty("weight_map").EnumerateObject()
                .ToDictionary(member => member.Name, member => member.Value.GetString() ?? "", StringComparer.Ordinal);
            return index.Values.FirstOrDefault(shard => shard.Length == 0 || Path.GetFileName(shard) != shard) is { } elsewhere
                ? throw new InvalidDataException($"{file} names '{elsewhere}', which is not a file beside it.")
                : index;
        }
        catch (Exception exception) when (exception
            is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"{file} is not an index of safetensors files.", exception);
        }
    }
}

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Models.Data;
using Trainyard.Models.Families;

namespace Trainyard.Models.Tests.Reference;

/// <summary>A small model of <c>make_reference.py</c>, and the folder in which its author would publish it.</summary>
internal sealed record ReferenceModel(string Name, JsonObject Config, float[][] Logits)
{
    private static readonly JsonObject File = JsonNode.Parse(
        System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Reference", "reference.json")))?.AsObject() ?? [];

    public static long[][] Tokens { get; } = File["tokens"].Deserialize<long[][]>() ?? [];

    public static TheoryData<string> Names => [.. All.Select(model => model.Name)];

    public static IReadOnlyList<ReferenceModel> All { get; } =
    [
        .. (File["models"]?.AsArray() ?? []).Select(model => new ReferenceModel(
            model?["name"]?.GetValue<string>() ?? "",
            model?["config"]?.AsObject() ?? [],
            model?["logits"].Deserialize<float[][]>() ?? [])),
    ];

    public LanguageModelShape Shape => ModelFamilies.ReadLanguageModel(Config.ToJsonString());

    public static ReferenceModel Named(string name) => All.Single(model => model.Name == name);

    /// <summary>Writes the folder.</summary>
    /// <param name="path">Where.</param>
    /// <param name="dataType">F64, F32, F16 or BF16.</param>
    /// <param name="shards">In how many files; with more than one there is an index.</param>
    /// <param name="change">Changes the tensors before they are written.</param>
    public ReferenceModel WriteFolder(
        string path, string dataType = "F32", int shards = 1, Action<Dictionary<string, long[]>>? change = null)
    {
        Directory.CreateDirectory(path);
        System.IO.File.WriteAllText(Path.Combine(path, "config.json"), Config.ToJsonString());
        var tensors = Shape.Parameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Size, StringComparer.Ordinal);
        change?.Invoke(tensors);
        if (shards == 1)
        {
            Write(Path.Combine(path, "model.safetensors"), dataType, tensors);
            return this;
        }
        var map = new JsonObject();
        foreach (var (index, part) in tensors.Chunk((tensors.Count / shards) + 1).Index())
        {
            var name = $"model-{index + 1:d5}-of-{shards:d5}.safetensors";
            Write(Path.Combine(path, name), dataType, part);
            part.ToList().ForEach(tensor => map[tensor.Key] = name);
        }
        System.IO.File.WriteAllText(
            Path.Combine(path, "model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
        return this;
    }

    /// <summary>The values that the script gives a tensor of this name; the name may lack its first part.</summary>
    public static IEnumerable<double> Values(string name, long[] size)
    {
        var seed = 0xCBF29CE484222325;
        foreach (var value in Encoding.UTF8.GetBytes(name))
        {
            seed = (seed ^ value) * 0x100000001B3;
        }
        var isNorm = name.EndsWith("weight", StringComparison.Ordinal) && size.Length == 1;
        for (var place = 0UL; place < (ulong)size.Aggregate(1L, (product, count) => product * count); place++)
        {
            var random = new SplitMix64(seed + place).Next();
            yield return isNorm ? 1 + ((double)(random % 31) - 15) / 64 : ((double)(random % 127) - 63) / 256;
        }
    }

    private void Write(string path, string dataType, IEnumerable<KeyValuePair<string, long[]>> tensors)
    {
        var (header, data) = (new JsonObject(), new MemoryStream());
        foreach (var (name, size) in tensors)
        {
            var start = data.Length;
            foreach (var value in Values(FullName(name), size))
            {
                data.Write(Bytes(value, dataType));
            }
            header[name] = new JsonObject
            {
                ["dtype"] = dataType,
                ["shape"] = JsonSerializer.SerializeToNode(size),
                ["data_offsets"] = new JsonArray(start, data.Length),
            };
        }
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        using var file = System.IO.File.Create(path);
        file.Write(BitConverter.GetBytes((long)text.Length));
        file.Write(text);
        data.WriteTo(file);
    }

    private string FullName(string name) => Shape.Parameters().Select(parameter => parameter.Name)
        .FirstOrDefault(full => full == name || full.EndsWith("." + name, StringComparison.Ordinal)) ?? name;

    private static byte[] Bytes(double value, string dataType) => dataType switch
    {
        "F64" => BitConverter.GetBytes(value),
        "F32" => BitConverter.GetBytes((float)value),
        "F16" => BitConverter.GetBytes((Half)value),
        _ => MemoryMarshal.AsBytes([BitConverter.SingleToUInt32Bits((float)value)])[2..].ToArray(),
    };
}

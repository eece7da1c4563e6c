namespace Trainyard.CheckpointFiles;

/// <summary>What a checkpoint is made of.</summary>
public enum CheckpointFormat
{
    /// <summary>An unknown format; only size and hash are known.</summary>
    Unknown,

    /// <summary>One safetensors file.</summary>
    Safetensors,

    /// <summary>Several safetensors files and an index that says which tensor is in which.</summary>
    ShardedSafetensors,

    /// <summary>What <c>torch.save</c> has written since version 1.6: a zip of a pickle and the tensors' bytes.</summary>
    TorchZip,

    /// <summary>A bare pickle, as older versions of <c>torch.save</c> and other programs write.</summary>
    Pickle,

    /// <summary>A folder of files.</summary>
    Folder,
}

/// <summary>What was found in a checkpoint.</summary>
/// <param name="Format">What it is made of.</param>
/// <param name="Size">In bytes, of all of its files.</param>
/// <param name="Files">How many.</param>
/// <param name="Tensors">How many tensors (for PyTorch's files: storages, which tensors may share); null when unknown.</param>
/// <param name="Parameters">How many elements they hold together; null when unknown.</param>
/// <param name="DataTypes">Their element types as the format names them, such as <c>F32</c>.</param>
/// <param name="Globals">What a pickle would import when it is loaded, as <c>module.name</c>.</param>
/// <param name="Problems">Why it can't be used, or should not be; none when it is sound.</param>
public sealed record CheckpointReport(
    CheckpointFormat Format, long Size, int Files, long? Tensors, long? Parameters,
    IReadOnlyList<string> DataTypes, IReadOnlyList<string> Globals, IReadOnlyList<string> Problems)
{
    /// <summary>Whether everything in it could be inspected: it holds tensors, and all of its files are of known kinds.</summary>
    public bool IsUnderstood => Format is not CheckpointFormat.Unknown && HasOnlyKnownFiles && Tensors > 0;

    /// <summary>
    /// Whether all files are of known kinds, texts beside the tensors among them. Nothing can be said about the safety of other kinds.
    /// </summary>
    internal bool HasOnlyKnownFiles { get; init; } = true;

    /// <summary>
    /// What it holds by name: tensors and texts beside them; for a pickle, every short text in it, the keys of its dictionaries among them.
    /// </summary>
    public IReadOnlySet<string> Keys { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    internal static CheckpointReport Broken(CheckpointFormat format, long size, string problem) =>
        new(format, size, 1, null, null, [], [], [problem]);
}

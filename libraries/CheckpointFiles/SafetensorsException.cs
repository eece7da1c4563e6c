namespace Trainyard.CheckpointFiles;

/// <summary>What is wrong with a safetensors file.</summary>
public enum SafetensorsFault
{
    /// <summary>The header's length is implausible, or beyond the end of the file.</summary>
    HeaderLength,

    /// <summary>The header is not the JSON that the format demands.</summary>
    Header,

    /// <summary>A tensor's element type is unknown, or can't be read here.</summary>
    DataType,

    /// <summary>A tensor's shape or place has a negative or too large number, or its end is before its start.</summary>
    Place,

    /// <summary>A tensor's place has another length than its type and shape need.</summary>
    Size,

    /// <summary>Two tensors overlap.</summary>
    Overlap,

    /// <summary>Bytes before or behind a tensor belong to none.</summary>
    Unused,

    /// <summary>A tensor's place is beyond the end of the file.</summary>
    Truncated,
}

/// <summary>A file is not a sound safetensors file.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="message">What is wrong, for people; continues a sentence that names the file.</param>
/// <param name="innerException">The cause, if any.</param>
public sealed class SafetensorsException(SafetensorsFault fault, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What is wrong.</summary>
    public SafetensorsFault Fault { get; } = fault;
}

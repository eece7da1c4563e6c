namespace Trainyard.RunFormats;

/// <summary>Why a file is refused.</summary>
public enum RunFileFault
{
    /// <summary>The file is damaged, cut off, or of another format.</summary>
    Malformed,

    /// <summary>A step has a fraction that the step multiplier does not remove.</summary>
    FractionalStep,

    /// <summary>A part of the file that must fit in memory is too large.</summary>
    TooLarge,

    /// <summary>The file unpacks to more bytes than the caller allowed.</summary>
    UnpacksToTooMuch,
}

/// <summary>A file is refused.</summary>
/// <param name="fault">The kind of fault.</param>
/// <param name="file">The name of the file, or of the folder if it has no usable file.</param>
/// <param name="reason">The fault: sentences for the user.</param>
/// <param name="innerException">The cause.</param>
public sealed class InvalidRunFileException(RunFileFault fault, string file, string reason, Exception? innerException = null)
    : Exception(reason, innerException)
{
    /// <summary>The kind of fault.</summary>
    public RunFileFault Fault { get; } = fault;

    /// <summary>The name of the file, or of the folder if it has no usable file.</summary>
    public string File { get; } = file;
}

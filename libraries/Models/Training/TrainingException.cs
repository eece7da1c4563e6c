using Trainyard.CheckpointFiles;
using Trainyard.Models.Storage;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Training;

/// <summary>The cause of a failure, which determines whether a retry may help.</summary>
public enum FailureKind
{
    /// <summary>The config or the data is invalid; a retry fails the same way.</summary>
    UserInput,

    /// <summary>The machine lacked a resource; a retry may succeed.</summary>
    Transient,

    /// <summary>Any other failure; needs investigation.</summary>
    Fatal,
}

/// <summary>What failed, in a form a program can branch on. These are codes of Trainyard's API.</summary>
public static class FailureCodes
{
    /// <summary>Training failed for a reason without a code of its own.</summary>
    public const string TrainingFailed = "MODEL_TRAIN_FAILED";

    /// <summary>A text or file does not exist, or has no readable text.</summary>
    public const string DataNotFound = "DATA_NOT_FOUND";

    /// <summary>A checkpoint or a given model is damaged, or has another shape.</summary>
    public const string CheckpointInvalid = "CHECKPOINT_INVALID";

    /// <summary>The folder of the run's files is gone.</summary>
    public const string StoreLost = "BACKEND_UNAVAILABLE";
}

/// <summary>Training failed for a known reason.</summary>
public sealed class TrainingException : Exception
{
    private const int NoSpace = 28;
    private const int FileTooLarge = 27;
    private const int QuotaExceeded = 122;

    // Windows reports ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL as HRESULTs.
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Creates the exception; the message says what the user can do.</summary>
    public TrainingException(FailureKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>The cause of the failure.</summary>
    public FailureKind Kind { get; }

    /// <summary>What failed: one of <see cref="FailureCodes"/>, or another code of the API.</summary>
    public string Code { get; init; } = FailureCodes.TrainingFailed;

    /// <summary>Classifies an exception.</summary>
    public static TrainingException From(Exception exception) => exception switch
    {
        TrainingException known => known,
        TextCorpusException => Input(exception, FailureCodes.DataNotFound),
        TokenizerFormatException => Input(exception, FailureCodes.TrainingFailed),
        FileNotFoundException or DirectoryNotFoundException => Input(exception, FailureCodes.DataNotFound),
        InvalidDataException or SafetensorsException => Input(exception, FailureCodes.CheckpointInvalid),
        ArtifactsLostException => new(FailureKind.Transient, exception.Message, exception) { Code = FailureCodes.StoreLost },
        OutOfMemoryException => OutOfMemory(exception),
        System.Runtime.InteropServices.ExternalException when IsMemory(exception) => OutOfMemory(exception),
        IOException when IsFull(exception) => Lacking("The disk is full, or a quota on it. Free space on the disk of the data.", exception),
        IOException => Lacking($"Reading or writing a file failed: {exception.Message}", exception),
        UnauthorizedAccessException => Lacking($"A file may not be read or written: {exception.Message}", exception),
        // libtorch appends a native stack trace to its messages.
        _ => new(FailureKind.Fatal, exception.Message.Split('\n')[0], exception),
    };

    private static TrainingException Input(Exception exception, string code) =>
        new(FailureKind.UserInput, exception.Message, exception) { Code = code };

    private static TrainingException OutOfMemory(Exception exception) =>
        Lacking("Out of memory. Use a smaller batch_size, max_seq_len or model.", exception);

    private static TrainingException Lacking(string message, Exception exception) =>
        new(FailureKind.Transient, message, exception);

    private static bool IsMemory(Exception exception) => exception.Message.Contains("memory", StringComparison.OrdinalIgnoreCase);

    private static bool IsFull(Exception exception) =>
        exception.HResult is NoSpace or FileTooLarge or QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull;
}

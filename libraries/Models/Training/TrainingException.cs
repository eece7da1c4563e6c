using Trainyard.CheckpointFiles;
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

/// <summary>Training failed for a known reason.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>Creates the exception; the message says what the user can do.</summary>
    public TrainingException(FailureKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>The cause of the failure.</summary>
    public FailureKind Kind { get; }

    /// <summary>Classifies an exception.</summary>
    public static TrainingException From(Exception exception) => exception switch
    {
        TrainingException known => known,
        TextCorpusException or TokenizerFormatException => new(FailureKind.UserInput, exception.Message, exception),
        FileNotFoundException or DirectoryNotFoundException or InvalidDataException or SafetensorsException =>
            new(FailureKind.UserInput, exception.Message, exception),
        OutOfMemoryException => OutOfMemory(exception),
        System.Runtime.InteropServices.ExternalException when IsMemory(exception) => OutOfMemory(exception),
        IOException => new(FailureKind.Transient, $"Reading or writing a file failed: {exception.Message}", exception),
        // libtorch appends a native stack trace to its messages.
        _ => new(FailureKind.Fatal, exception.Message.Split('\n')[0], exception),
    };

    private static TrainingException OutOfMemory(Exception exception) =>
        new(FailureKind.Transient, "Out of memory. Use a smaller batch_size, max_seq_len or model.", exception);

    private static bool IsMemory(Exception exception) => exception.Message.Contains("memory", StringComparison.OrdinalIgnoreCase);
}

using Trainyard.Tokenizers;

namespace Trainyard.Models.Training;

/// <summary>Whose fault a failure is, and so whether trying again helps.</summary>
public enum FailureKind
{
    /// <summary>The config or the data can't work; trying again gives the same.</summary>
    UserInput,

    /// <summary>The machine was short of something; trying again may work.</summary>
    Transient,

    /// <summary>Anything else; a person has to look.</summary>
    Fatal,
}

/// <summary>Training can't go on, for a known reason.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>A failure of a kind, with what a person can do about it.</summary>
    public TrainingException(FailureKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>Whose fault it is.</summary>
    public FailureKind Kind { get; }

    /// <summary>The failure that an exception means.</summary>
    public static TrainingException From(Exception exception) => exception switch
    {
        TrainingException known => known,
        TextCorpusException or TokenizerFormatException => new(FailureKind.UserInput, exception.Message, exception),
        FileNotFoundException or DirectoryNotFoundException or InvalidDataException => new(FailureKind.UserInput, exception.Message, exception),
        OutOfMemoryException => OutOfMemory(exception),
        System.Runtime.InteropServices.ExternalException when IsMemory(exception) => OutOfMemory(exception),
        IOException => new(FailureKind.Transient, $"The disk failed: {exception.Message}", exception),
        // libtorch's messages go on with a stack trace of its own.
        _ => new(FailureKind.Fatal, exception.Message.Split('\n')[0], exception),
    };

    private static TrainingException OutOfMemory(Exception exception) =>
        new(FailureKind.Transient, "There is not enough memory: a smaller batch_size, max_seq_len or model needs less.", exception);

    private static bool IsMemory(Exception exception) => exception.Message.Contains("memory", StringComparison.OrdinalIgnoreCase);
}

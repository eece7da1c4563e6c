using System.Text.Json;
using Trainyard.Models.Training;

namespace Trainyard.Models.Runs;

/// <summary>Appends to a file of JSON objects, one per line.</summary>
internal sealed class JsonLines : IDisposable
{
    private readonly FileStream stream;

    public JsonLines(string path)
    {
        stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    public void Add<T>(T line)
    {
        stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, ModelJson.Line), (byte)'\n']);
        stream.Flush();
    }

    public void Dispose() => stream.Dispose();
}

internal sealed record LogLine(DateTimeOffset Timestamp, string Level, string RunId, int Attempt, string Message)
{
    /// <summary>The class of the failure that the line is about.</summary>
    public FailureKind? FailureKind { get; init; }

    /// <summary>The code of the failure that the line is about.</summary>
    public string? ErrorCode { get; init; }
}

/// <summary>A generated text.</summary>
/// <param name="Timestamp">Time of generation.</param>
/// <param name="Attempt">The run's attempt.</param>
/// <param name="Step">The step of the weights.</param>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Seed">The sampling seed.</param>
/// <param name="Text">The generated text.</param>
internal sealed record SampleLine(
    DateTimeOffset Timestamp, int Attempt, long Step, string? EvaluationId, string Prompt, long Seed, string Text);

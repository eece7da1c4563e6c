using System.Text.Json;

namespace Trainyard.Models.Runs;

/// <summary>Appends to a file of JSON objects, one a line.</summary>
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

internal sealed record LogLine(DateTimeOffset Timestamp, string Level, string RunId, int Attempt, string Message);

/// <summary>A text that a model wrote.</summary>
/// <param name="Timestamp">When.</param>
/// <param name="Attempt">Of the run.</param>
/// <param name="Step">Of the weights.</param>
/// <param name="EvaluationId">The evaluation that asked for it; null for one that training made.</param>
/// <param name="Prompt">What it continues.</param>
/// <param name="Seed">Of the sampling.</param>
/// <param name="Text">What it wrote.</param>
internal sealed record SampleLine(
    DateTimeOffset Timestamp, int Attempt, long Step, string? EvaluationId, string Prompt, long Seed, string Text);

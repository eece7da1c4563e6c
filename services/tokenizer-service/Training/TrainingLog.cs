using System.Text.Encodings.Web;
using System.Text.Json;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.TokenizerService.Catalog;

namespace Trainyard.TokenizerService.Training;

/// <summary>A tokenizer's log file, one JSON object per line. Every line also goes to the service's log.</summary>
internal sealed class TrainingLog(string path, string tokenizerId, TimeProvider clock, ILogger logger) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(WireJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StreamWriter file =
        new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read | FileShare.Delete)) { AutoFlush = true };

    public void Write(string level, string message) => Write(level, message, exception: null);

    public void WriteFailure(TrainingFailure failure, Exception exception)
    {
        var fields = new Dictionary<string, object>(StringComparer.Ordinal) { ["error_code"] = failure.Code.WireName() };
        using var scope = logger.BeginScope(fields);
        Write("error", failure.LastError, exception);
    }

    private void Write(string level, string message, Exception? exception)
    {
        logger.Log(Level(level), exception, "Tokenizer {TokenizerId}: {Message}", tokenizerId, message);
        var line = new { Timestamp = clock.GetUtcNow(), Level = level, TokenizerId = tokenizerId, Message = message };
        file.WriteLine(JsonSerializer.Serialize(line, Json));
    }

    public void Dispose() => file.Dispose();

    private static LogLevel Level(string level) => level switch
    {
        "error" => LogLevel.Error,
        "warning" => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}

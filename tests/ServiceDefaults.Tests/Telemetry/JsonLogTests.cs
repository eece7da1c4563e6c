using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Tests.Telemetry;

public class JsonLogTests
{
    [Fact]
    public void A_line_is_one_json_object_with_every_field_that_is_known()
    {
        var line = Write(log => log.LogWarning(new EventId(7, "Slow"), "Run {RunId} took {Seconds} s\nand \"more\"", "run-1", 3.5));

        Assert.Equal(["timestamp", "level", "category", "service", "event", "message", "run_id", "instance_id"],
            line.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith("Z", line.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ("warning", "Tests", "Slow", "Run run-1 took 3.5 s\nand \"more\"", "run-1"),
            (Text(line, "level"), Text(line, "category"), Text(line, "event"), Text(line, "message"), Text(line, "run_id")));
    }

    [Fact]
    public void Ids_come_from_the_scopes_too()
    {
        var line = Write(log =>
        {
            using (log.BeginScope(new Dictionary<string, object> { ["request_id"] = "req-1", ["run_id"] = "outer" }))
            using (log.BeginScope(new Dictionary<string, object> { ["run_id"] = "inner" }))
            {
                log.LogInformation("{ErrorCode}", "RUN_NOT_FOUND");
            }
        });

        Assert.Equal(("req-1", "inner", "RUN_NOT_FOUND"), (Text(line, "request_id"), Text(line, "run_id"), Text(line, "error_code")));
    }

    [Fact]
    public void An_error_code_is_written_as_responses_write_it() =>
        Assert.Equal("MODEL_TRAIN_FAILED", Text(Write(log => log.LogWarning("{ErrorCode}", ErrorCode.ModelTrainFailed)), "error_code"));

    [Fact]
    public void An_exception_has_a_field_of_its_own()
    {
        var line = Write(log => log.LogError(new InvalidOperationException("broken"), "It failed"));

        Assert.Equal("error", Text(line, "level"));
        Assert.Contains("InvalidOperationException: broken", Text(line, "error"), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();

    /// <summary>What the formatter that hosts use makes of one log call.</summary>
    private static JsonElement Write(Action<ILogger> log)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddServiceDefaults();
        using var host = builder.Build();
        var formatter = host.Services.GetServices<ConsoleFormatter>().Single(candidate => candidate.Name == "trainyard-json");
        using var written = new StringWriter();
        log(new FormattingLogger(formatter, written));
        return JsonDocument.Parse(Assert.Single(written.ToString().TrimEnd().Split('\n'))).RootElement;
    }

    private sealed class FormattingLogger(ConsoleFormatter formatter, TextWriter target) : ILogger
    {
        private readonly LoggerExternalScopeProvider scopes = new();

        public IDisposable BeginScope<TState>(TState state) where TState : notnull => scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter1) =>
            formatter.Write(new LogEntry<TState>(logLevel, "Tests", eventId, state, exception, formatter1), scopes, target);
    }
}

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Trainyard.ServiceDefaults.Configuration;

namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>The format of console logs: text on a terminal, else one JSON object per line.</summary>
public sealed class LogFormat
{
    private const string Section = "LOGGING";
    private const string Text = "text";
    private const string Json = "json";

    /// <summary><c>text</c> or <c>json</c>; when unset, <c>text</c> on a terminal and <c>json</c> elsewhere.</summary>
    [AllowedValues(null, Text, Json, ErrorMessage = "LOGGING__FORMAT must be text or json.")]
    public string? Format { get; init; }

    public static bool IsText(IConfiguration configuration) =>
        (configuration[$"{Section}:{nameof(Format)}"] ?? (Console.IsOutputRedirected ? Json : Text)) == Text;

    internal static void Add(IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<LogFormat>(Section);
        builder.Logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>(options => options.IncludeScopes = true);
        builder.Logging.AddSimpleConsole(options => (options.SingleLine, options.TimestampFormat) = (true, "HH:mm:ss "));
        if (!IsText(builder.Configuration))
        {
            builder.Services.Configure<ConsoleLoggerOptions>(options => options.FormatterName = JsonLogFormatter.FormatterName);
        }
        // Explicit console settings, such as those of an AppHost, take precedence.
        builder.Services.Configure<ConsoleLoggerOptions>(builder.Configuration.GetSection("Logging:Console"));
    }
}

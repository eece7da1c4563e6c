using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts.Json;

/// <summary>How JSON looks wherever it leaves or enters a Trainyard process: snake_case, UTC times, NaN as a string, nothing unknown.</summary>
public static class WireJson
{
    /// <summary>The options every reader and writer shares. Unknown members are refused.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Gives <paramref name="options"/> the wire's conventions.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.MaxDepth = 64;
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Add(new Int64Converter());
        options.Converters.Add(new Int32Converter());
        // A converter listed here goes before a type's own: error codes keep their upper case only if theirs comes first.
        options.Converters.Add(new ErrorCodeConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

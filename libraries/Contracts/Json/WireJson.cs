using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts.Json;

/// <summary>The JSON conventions of all APIs and messages: snake_case, UTC times, NaN as a string, no unknown members.</summary>
public static class WireJson
{
    /// <summary>The shared options. Unknown members are rejected.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Applies the conventions to <paramref name="options"/>.</summary>
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
        // Converters in options take precedence over a type's own, so the one for error codes must come before the one for enums.
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

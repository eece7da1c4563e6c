using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;

namespace Trainyard.ServiceDefaults.Errors;

/// <summary>Explains why JSON doesn't match a type: each invalid member, its value and what is allowed.</summary>
public static class JsonFaults
{
    /// <summary>The field name of a problem with the body as a whole.</summary>
    public const string Body = "body";

    private const int MaxProblems = 20;
    private const int MaxShown = 20;

    /// <summary>Every reason why <paramref name="json"/> is not a <paramref name="type"/>.</summary>
    public static IReadOnlyList<Problem> Of(ReadOnlyMemory<byte> json, Type type, JsonSerializerOptions options)
    {
        if (json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return [new(Body, $"is required: {Shape(options.GetTypeInfo(type))}")];
        }
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = options.MaxDepth });
            return Of(document.RootElement, type, options);
        }
        catch (JsonException fault)
        {
            return [new(Body, Syntax(json.Span, fault))];
        }
    }

    /// <summary>Every reason why <paramref name="json"/> is not a <paramref name="type"/>.</summary>
    public static IReadOnlyList<Problem> Of(JsonElement json, Type type, JsonSerializerOptions options)
    {
        if (HalfSurrogates.AreInNames(json))
        {
            return [new(Body, "must have names without half a surrogate pair")];
        }
        var search = new Search(options);
        var expected = type.GetCustomAttribute<OneOrManyAttribute>()?.Item switch
        {
            null => type,
            var item when json.ValueKind is JsonValueKind.Array => typeof(List<>).MakeGenericType(item),
            var item => item,
        };
        search.Visit(json, options.GetTypeInfo(expected), "");
        return search.Problems is [] ? [new(Body, "has a value that is not allowed")] : search.Problems;
    }

    /// <summary>The position of the fault in a body that is too large to keep.</summary>
    internal static Problem At(JsonException? fault) => new(Body, fault?.LineNumber is { } line
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"does not match this request's schema, at line {line + 1}, column {(fault.BytePositionInLine ?? 0) + 1}")
        : "does not match this request's schema");

    /// <summary>The position of a syntax error, and the text found there.</summary>
    public static string Syntax(ReadOnlySpan<byte> json, JsonException fault)
    {
        var (line, column) = ((int)(fault.LineNumber ?? 0), (int)(fault.BytePositionInLine ?? 0));
        // Only the message tells this error from others.
        if (fault.Message.Contains("maximum configured depth", StringComparison.Ordinal))
        {
            return string.Create(CultureInfo.InvariantCulture, $"exceeds the allowed depth at line {line + 1}, column {column + 1}");
        }
        var rest = json;
        for (var passed = 0; passed < line && rest.IndexOf((byte)'\n') is >= 0 and var end; passed++)
        {
            rest = rest[(end + 1)..];
        }
        rest = rest[Math.Min(column, rest.Length)..];
        var shown = rest[..Math.Min(MaxShown, rest.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var stop ? stop : rest.Length)];
        var seen = rest.IsEmpty ? "the text ends there" : $"'{Encoding.UTF8.GetString(shown)}'";
        return string.Create(CultureInfo.InvariantCulture, $"is not JSON at line {line + 1}, column {column + 1}: {seen}");
    }

    private static string Shape(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object when type.Properties.Count > 0 =>
            $"an object with {string.Join(", ", type.Properties.Select(property => property.Name))}",
        JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "an object",
        JsonTypeInfoKind.Enumerable => "a list",
        _ => ValueRule.Of(type.Type, type.Options) ?? "JSON",
    };

    private sealed class Search(JsonSerializerOptions options)
    {
        public List<Problem> Problems { get; } = [];

        public void Visit(JsonElement value, JsonTypeInfo type, string path, JsonPropertyInfo? property = null)
        {
            if (Problems.Count >= MaxProblems)
            {
                return;
            }
            switch (property?.CustomConverter is null ? type.Kind : JsonTypeInfoKind.None)
            {
                case JsonTypeInfoKind.Object when value.ValueKind is JsonValueKind.Object:
                    VisitObject(value, type, path);
                    break;
                case JsonTypeInfoKind.Dictionary when value.ValueKind is JsonValueKind.Object && type.ElementType is { } element:
                    foreach (var member in value.EnumerateObject())
                    {
                        Visit(member.Value, options.GetTypeInfo(element), Join(path, member.Name));
                    }
                    break;
                case JsonTypeInfoKind.Enumerable when value.ValueKind is JsonValueKind.Array && type.ElementType is { } element:
                    foreach (var (index, item) in value.EnumerateArray().Index())
                    {
                        Visit(item, options.GetTypeInfo(element), $"{path}[{index}]");
                    }
                    break;
                case JsonTypeInfoKind.None:
                    VisitValue(value, type, path, property);
                    break;
                default:
                    var expected = type.Kind is JsonTypeInfoKind.Enumerable ? "a list" : "an object";
                    Add(path, $"must be {expected}, not {ValueRule.Shown(value)}");
                    break;
            }
        }

        private void VisitObject(JsonElement value, JsonTypeInfo type, string path)
        {
            var properties = type.Properties
                .Where(property => property.Set is not null || property.AssociatedParameter is not null).ToList();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in value.EnumerateObject())
            {
                var field = Join(path, member.Name);
                if (!seen.Add(member.Name))
                {
                    Add(field, "is given more than once");
                }
                else if (properties.Find(property => property.Name == member.Name) is { } property)
                {
                    VisitMember(member.Value, property, field);
                }
                else if ((type.UnmappedMemberHandling ?? options.UnmappedMemberHandling) is JsonUnmappedMemberHandling.Disallow
                    && !properties.Exists(known => known.IsExtensionData))
                {
                    Add(field, $"is unknown; allowed are {string.Join(", ", properties.Select(known => known.Name))}");
                }
            }
            foreach (var missing in properties.Where(property => property.IsRequired && !seen.Contains(property.Name)))
            {
                Add(Join(path, missing.Name), $"is required: {Shape(options.GetTypeInfo(missing.PropertyType))}");
            }
        }

        private void VisitMember(JsonElement value, JsonPropertyInfo property, string field)
        {
            if (value.ValueKind is not JsonValueKind.Null || property.PropertyType == typeof(JsonElement))
            {
                Visit(value, options.GetTypeInfo(property.PropertyType), field, property);
            }
            else if (!property.IsSetNullable
                || (property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null))
            {
                Add(field, $"must be {Shape(options.GetTypeInfo(property.PropertyType))}, not null");
            }
        }

        private void VisitValue(JsonElement value, JsonTypeInfo type, string path, JsonPropertyInfo? property)
        {
            if (value.ValueKind is JsonValueKind.String && HalfSurrogates.Find(value) is { } half)
            {
                Add(path, $"must be text without half a surrogate pair, such as {half}");
                return;
            }
            try
            {
                value.Deserialize(type.Type, property?.CustomConverter is { } converter ? With(converter) : options);
            }
            catch (JsonException fault)
            {
                var allowed = fault is WireJsonException ? fault.Message
                    : ValueRule.For(value.GetRawText(), type.Type, options, RangeOf(property)) is { } rule ? $"must be {rule}"
                    : null;
                Add(path, allowed is null ? $"can't be {ValueRule.Shown(value)}" : $"{allowed}, not {ValueRule.Shown(value)}");
            }
        }

        private static RangeAttribute? RangeOf(JsonPropertyInfo? property) =>
            property?.AttributeProvider?.GetCustomAttributes(typeof(RangeAttribute), inherit: true)
                .OfType<RangeAttribute>().FirstOrDefault();

        private JsonSerializerOptions With(JsonConverter converter)
        {
            var own = new JsonSerializerOptions(options);
            own.Converters.Insert(0, converter);
            return own;
        }

        private void Add(string path, string message) => Problems.Add(new(path.Length == 0 ? Body : path, message));

        private static string Join(string path, string member) => path.Length == 0 ? member : $"{path}.{member}";
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ExperimentStore.Mlflow.Protocol;

/// <summary>
/// The fields of a request: query parameters of a GET, otherwise a JSON object. As MLflow's server, ignores fields it doesn't know, takes
/// integers in strings, and refuses wrong types with the messages that MLflow's clients know.
/// </summary>
internal sealed class MlflowRequest
{
    private readonly Dictionary<string, JsonElement> fields;
    private readonly bool ofQuery;

    private MlflowRequest(Dictionary<string, JsonElement> fields, bool ofQuery) => (this.fields, this.ofQuery) = (fields, ofQuery);

    /// <exception cref="MlflowException">The body is no JSON object.</exception>
    public static async Task<MlflowRequest> ReadAsync(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsDelete(http.Request.Method))
        {
            return OfQuery(http.Request.Query);
        }
        var type = http.Request.ContentType;
        if (type is not null && (!MediaTypeHeaderValue.TryParse(type, out var media) || !media.MediaType.Value.EndsWithJson()))
        {
            throw MlflowException.Invalid("Bad Request. Content-Type must be one of ['application/json'].");
        }
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return new(Parse(body.GetBuffer().AsMemory(0, (int)body.Length)), ofQuery: false);
    }

    public static MlflowRequest OfQuery(IQueryCollection query)
    {
        var parameters = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, values) in query)
        {
            parameters[name.EndsWith("[]", StringComparison.Ordinal) ? name[..^2] : name] =
                values is [var single] ? JsonSerializer.SerializeToElement(single) : JsonSerializer.SerializeToElement(values.ToArray());
        }
        return new(parameters, ofQuery: true);
    }

    /// <summary>A part of a request: a metric, tag or data set.</summary>
    public static MlflowRequest? OfObject(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object ? new(Members(element), ofQuery: false) : null;

    /// <summary>A text; null if absent.</summary>
    public string? Text(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }
        var text = value.ValueKind is JsonValueKind.String ? Unescape(value)
            // Clients before 1.0 send experiment ids as numbers.
            : name == "experiment_id" && value.ValueKind is JsonValueKind.Number ? value.GetRawText() : null;
        return text is null ? throw Wrong(name, value) : StorableText.Clean(text, text.Length);
    }

    public string RequiredText(string name) => Text(name) is { Length: > 0 } text ? text : throw MlflowException.Missing(name);

    /// <summary>The run's id, under its current or its former name.</summary>
    public string RunId() => Text("run_id") is { Length: > 0 } id ? id
        : Text("run_uuid") is { Length: > 0 } former ? former : throw MlflowException.Missing("run_id");

    /// <summary>An integer, as a number or as a string; null if absent.</summary>
    public long? Whole(string name) => Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var whole) ? whole
        : value.ValueKind is JsonValueKind.Number && value.GetDouble() is var real && Math.Abs(real) < 9e18 && double.IsInteger(real)
            ? (long)real
        : value.ValueKind is JsonValueKind.String && long.TryParse(Unescape(value), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var read) ? read
        : throw Wrong(name, value);

    /// <summary>A number, or a string such as NaN or Infinity; null if absent.</summary>
    public double? Real(string name) => Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.Number ? value.GetDouble()
        : value.ValueKind is JsonValueKind.String ? Unescape(value) switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? number : throw Wrong(name, value),
        }
        : throw Wrong(name, value);

    /// <summary>A truth value, which a query writes as text; null if absent.</summary>
    public bool? Truth(string name) => Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : value.ValueKind is JsonValueKind.String && bool.TryParse(Unescape(value), out var truth) ? truth
        : throw Wrong(name, value);

    /// <summary>A list of objects, each read by <paramref name="read"/>; empty if absent.</summary>
    public List<T> List<T>(string name, Func<MlflowRequest, T> read)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }
        if (value.ValueKind is not JsonValueKind.Array)
        {
            throw Wrong(name, value);
        }
        var items = new List<T>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            try
            {
                items.Add(read(OfObject(item) ?? throw Wrong(name, value)));
            }
            catch (MlflowException)
            {
                // MLflow names the list, not the field of its item.
                throw Wrong(name, value);
            }
        }
        return items;
    }

    /// <summary>A list of texts; empty if absent.</summary>
    public List<string> Texts(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }
        if (ofQuery && value.ValueKind is JsonValueKind.String)
        {
            return [Unescape(value) ?? ""];
        }
        return value.ValueKind is JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.ValueKind switch
            {
                JsonValueKind.String => Unescape(item) is { } text ? StorableText.Clean(text, text.Length) : throw Wrong(name, value),
                JsonValueKind.Number when name == "experiment_ids" => item.GetRawText(),
                _ => throw Wrong(name, value),
            })]
            : throw Wrong(name, value);
    }

    /// <summary>Keys and values: tags or parameters. A missing value is empty.</summary>
    public List<KeyValue> Pairs(string name) => List(name, item => new KeyValue(item.Text("key") ?? "", item.Text("value") ?? ""));

    public MlflowRequest? Part(string name) => Find(name) is { } value ? OfObject(value) ?? throw Wrong(name, value) : null;

    public bool Has(string name) => Find(name) is not null;

    /// <summary>The error for a value outside its range.</summary>
    public MlflowException Wrong(string name) => Find(name) is { } value ? Wrong(name, value) : MlflowException.Missing(name);

    /// <summary>Null for a text with a lone surrogate, which JSON can escape but .NET refuses to decode.</summary>
    internal static string? Unescape(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private JsonElement? Find(string name) =>
        fields.TryGetValue(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private static MlflowException Wrong(string name, JsonElement value) =>
        MlflowException.Wrong(name, PythonText.Of(value), PythonText.TypeOf(value));

    private static Dictionary<string, JsonElement> Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return [];
        }
        try
        {
            var root = Root(body);
            // Clients before 1.0 send JSON as a string in JSON.
            root = root.ValueKind is JsonValueKind.String && root.GetString() is { } inner ? JsonElement.Parse(inner) : root;
            return root.ValueKind is JsonValueKind.Object
                ? Members(root)
                : throw new MlflowException(MlflowError.BadRequest, "The body must be a JSON object.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new MlflowException(MlflowError.BadRequest, "The body is not valid JSON.");
        }
    }

    private static JsonElement Root(ReadOnlyMemory<byte> body)
    {
        if (!NonFiniteLiterals.MayOccurIn(body.Span))
        {
            return JsonElement.Parse(body.Span);
        }
        var quoted = new ArrayBufferWriter<byte>(body.Length + 16);
        var literals = new NonFiniteLiterals();
        literals.Write(body.Span, quoted);
        literals.Complete(quoted);
        return JsonElement.Parse(quoted.WrittenSpan);
    }

    private static Dictionary<string, JsonElement> Members(JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }
        return members;
    }
}

file static class MediaTypes
{
    public static bool EndsWithJson(this string? type) =>
        type is not null && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Trainyard.ExperimentStore.Mlflow.Protocol;

/// <summary>
/// Answers in MLflow's JSON: snake case, absent fields left out, 64-bit integers as numbers, NaN and infinities as strings, and always
/// status 200 with an object.
/// </summary>
internal static class MlflowJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonHttpResult<Nothing> Empty { get; } = TypedResults.Json(new Nothing(), Options);

    public static JsonHttpResult<T> Answer<T>(T answer) => TypedResults.Json(answer, Options);

    /// <summary>An empty object.</summary>
    internal sealed record Nothing;
}

/// <summary>A name and its value, the form of MLflow's parameters and tags.</summary>
internal sealed record KeyValue(string Key, string Value);

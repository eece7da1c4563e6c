using System.Text;
using System.Text.Json;

namespace Trainyard.ExperimentStore.Mlflow.Protocol;

/// <summary>MLflow's page tokens: base64 of JSON.</summary>
internal static class PageToken
{
    private const int MaxCharacters = 4096;

    /// <summary>The token of the page that begins at an offset.</summary>
    public static string At(int offset) => Of(new Offset(offset));

    /// <summary>The offset of a token; 0 without one.</summary>
    public static int OffsetOf(string? token) =>
        token is null or "" ? 0 : Read<Offset>(token) is { Value: >= 0 } page ? page.Value : throw Unusable();

    public static string Of<T>(T place) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(place, MlflowJson.Options));

    /// <exception cref="MlflowException">The text is no token of this kind.</exception>
    public static T Read<T>(string token)
    {
        try
        {
            var json = token.Length <= MaxCharacters ? Convert.FromBase64String(token) : throw Unusable();
            return JsonSerializer.Deserialize<T>(Encoding.UTF8.GetString(json), MlflowJson.Options) ?? throw Unusable();
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw Unusable();
        }
    }

    private static MlflowException Unusable() =>
        MlflowException.Invalid("Invalid page token: it must be the next_page_token of an earlier answer.");

    private sealed record Offset([property: System.Text.Json.Serialization.JsonPropertyName("offset")] int Value);
}

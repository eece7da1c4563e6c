using System.Net.Http.Headers;
using System.Text.Json;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

/// <summary>Starts imports and waits for them.</summary>
internal static class Imports
{
    public static async Task<JsonElement> UploadAsync(this StoreHost store, byte[] content, string query) =>
        await store.EndedAsync(await store.SendAsync(content, query));

    public static async Task<JsonElement> ImportAsync(this StoreHost store, object request) =>
        await store.EndedAsync((await store.SendAsync(HttpMethod.Post, "/api/import", request)).GetProperty("import_id").GetString() ?? "");

    /// <summary>Uploads with curl's default content type, and does not wait for the import.</summary>
    public static async Task<string> SendAsync(this StoreHost store, byte[] content, string query)
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        using var answer = await store.Http.PostAsync(new Uri($"/api/import?{query}", UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode is System.Net.HttpStatusCode.Accepted, text);
        return JsonElement.Parse(text).GetProperty("import_id").GetString() ?? "";
    }

    public static async Task<JsonElement> EndedAsync(this StoreHost store, string importId)
    {
        for (var tries = 0; tries < 1200; tries++)
        {
            var import = await store.GetAsync($"/api/imports/{importId}");
            if (import.GetProperty("state").GetString() is not ("queued" or "running"))
            {
                return import;
            }
            await Task.Delay(25);
        }
        throw new TimeoutException("The import has not ended within half a minute.");
    }

    public static void AssertCompleted(JsonElement import) =>
        Assert.True(import.GetProperty("state").GetString() == "completed", import.GetRawText());

    public static async Task<byte[]> ExportAsync(this StoreHost store, string path = "/api/runs/r/export?logs=true") =>
        await store.Http.GetByteArrayAsync(new Uri(path, UriKind.Relative));
}

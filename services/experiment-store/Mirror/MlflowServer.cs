using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>The server can't be reached, or asks to wait. The same request may succeed later.</summary>
internal sealed class MirrorUnavailableException(string reason, Exception? cause = null) : Exception(reason, cause);

/// <summary>The server refuses a request, and would again.</summary>
internal sealed class MirrorRefusedException(string code, string reason) : Exception(reason)
{
    public string Code { get; } = code;
}

/// <summary>Calls an MLflow server. Its answers are not trusted: they can't redirect, block or fill memory.</summary>
internal sealed class MlflowServer : IDisposable
{
    private const int MaxAnswerBytes = 8 << 20;
    private const int MaxReasonCharacters = 500;
    private const string Scheme = "mlflow-artifacts";

    // A gigabyte in a quarter of an hour.
    private const double SlowestBytesPerSecond = 1 << 20;

    private readonly HttpClient http;
    private readonly MirrorOptions options;

    public MlflowServer(IOptions<MirrorOptions> settings)
    {
        options = settings.Value;
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        http.DefaultRequestHeaders.Authorization = options switch
        {
            { Token: { Length: > 0 } token } => new("Bearer", token),
            { Username: { Length: > 0 } user } =>
                new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.Password}"))),
            _ => null,
        };
    }

    /// <exception cref="MirrorUnavailableException">It may succeed later.</exception>
    /// <exception cref="MirrorRefusedException">It is refused.</exception>
    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, Api(path), JsonContent.Create(body, options: MlflowJson.Options), options.Timeout, cancellationToken);

    /// <inheritdoc cref="PostAsync"/>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, Api(path), content: null, options.Timeout, cancellationToken);

    /// <summary>Whether files of a run with this URI go through the server.</summary>
    public static bool TakesFiles(string? artifactUri) =>
        artifactUri is not null && artifactUri.StartsWith(Scheme + ":", StringComparison.Ordinal);

    /// <summary>Uploads a file of a run.</summary>
    /// <exception cref="MirrorUnavailableException">It may succeed later.</exception>
    /// <exception cref="MirrorRefusedException">It is refused.</exception>
    public async Task PutAsync(string artifactUri, string path, Stream file, CancellationToken cancellationToken)
    {
        var root = Uri.TryCreate(artifactUri, UriKind.Absolute, out var uri) ? uri.AbsolutePath.Trim('/') : "";
        var name = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        using var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        await CallAsync(
            HttpMethod.Put, $"{options.Server}/api/2.0/mlflow-artifacts/artifacts/{root}/{name}", content,
            options.Timeout + TimeSpan.FromSeconds(file.Length / SlowestBytesPerSecond), cancellationToken);
    }

    /// <summary>The page of a run.</summary>
    public string PageOf(string experimentId, string runId) =>
        $"{options.Server}/#/experiments/{Uri.EscapeDataString(experimentId)}/runs/{Uri.EscapeDataString(runId)}";

    public void Dispose() => http.Dispose();

    private string Api(string path) => $"{options.Server}/api/2.0/mlflow/{path}";

    private async Task<JsonElement> CallAsync(
        HttpMethod method, string address, HttpContent? content, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(timeout);
        using var request = new HttpRequestMessage(method, address);
        request.Content = content;
        try
        {
            using var response = await http.SendAsync(request, limited.Token);
            var text = await response.Content.ReadAsStringAsync(limited.Token);
            return response.StatusCode is HttpStatusCode.OK ? Parse(text) : throw Refused(response.StatusCode, text);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new MirrorUnavailableException($"it can't be reached: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MirrorUnavailableException($"it gave no answer within {timeout.TotalSeconds:0.#} seconds", exception);
        }
    }

    private static JsonElement Parse(string text)
    {
        try
        {
            return text.Length == 0 ? default : JsonElement.Parse(text);
        }
        catch (JsonException exception)
        {
            throw new MirrorUnavailableException("its answer is no JSON, so it is no MLflow server", exception);
        }
    }

    private static Exception Refused(HttpStatusCode status, string text)
    {
        var error = ErrorOf(text);
        var reason = Storage.StorableText.Clean($"{(int)status} {error?.ErrorCode} {error?.Message}", MaxReasonCharacters).TrimEnd();
        return error is not null && status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict
            or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.NotImplemented or HttpStatusCode.Forbidden
            ? new MirrorRefusedException(error?.ErrorCode ?? "", reason)
            : new MirrorUnavailableException($"it answered {reason}");
    }

    private static MlflowError? ErrorOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<MlflowError>(text, MlflowJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

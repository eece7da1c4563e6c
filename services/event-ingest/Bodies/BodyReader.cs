using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Trainyard.Contracts.Errors;
using Trainyard.EventIngest.External;
using Trainyard.ServiceDefaults.Bodies;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Trainyard.EventIngest.Bodies;

/// <summary>Reads and decompresses request bodies, and determines their format.</summary>
internal sealed class BodyReader(IOptions<IngestOptions> options, TimeProvider time)
{
    // A zstd frame can demand a window of gigabytes. Compression levels up to 19 use 8 MiB.
    private const int MaxWindowLog = 23;
    private const string Plain = "";

    // A short uncompressed body takes no more memory than was sent, so Kestrel's minimum data rate suffices.
    private const int ShortBody = 16 << 10;

    /// <summary>The format of the request's content type; null if it is not supported.</summary>
    public static BodyFormat? FormatOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !BodyCharset.IsUtf8(type))
        {
            return null;
        }
        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/json" => BodyFormat.Json,
            "application/x-ndjson" or "application/ndjson" or "application/jsonl" => BodyFormat.Lines,
            _ => null,
        };
    }

    /// <summary>Whether the request's content encoding is supported.</summary>
    public static bool Decodes(HttpRequest request) => Encoding(request) is Plain or "identity" or "gzip" or "x-gzip" or "zstd";

    /// <exception cref="TrainyardException">PAYLOAD_TOO_LARGE, or EVENT_INVALID if the body can't be decompressed.</exception>
    public async Task<Body> ReadAsync(HttpRequest request, ByteBudget.Share share, CancellationToken cancellationToken)
    {
        var body = new Body(options.Value.MaxDecodedBytes, share);
        try
        {
            if (Encoding(request) is Plain && request.ContentLength <= ShortBody)
            {
                await body.FillAsync(request.Body, cancellationToken);
                return body;
            }
            await using var paced = new PacedStream(request.Body, options.Value, time, cancellationToken);
            await DecodeAsync(Encoding(request), paced, body, cancellationToken);
            return body;
        }
        catch (Exception fault) when (fault is InvalidDataException or ZstdException or EndOfStreamException)
        {
            body.Dispose();
            throw new TrainyardException(
                ErrorCode.EventInvalid,
                $"The body is not {Encoding(request)} data as Content-Encoding says, or is damaged or truncated.",
                fault);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static async Task DecodeAsync(string encoding, Stream source, Body body, CancellationToken cancellationToken)
    {
        switch (encoding)
        {
            case "gzip" or "x-gzip":
                await using (var gzip = Gzip.Open(source))
                {
                    await body.FillAsync(gzip, cancellationToken);
                }
                body.TrimEnd(Gzip.Mark);
                break;
            case "zstd":
                await using (var zstd = new DecompressionStream(source))
                {
                    zstd.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindowLog);
                    await body.FillAsync(zstd, cancellationToken);
                }
                break;
            default:
                await body.FillAsync(source, cancellationToken);
                break;
        }
    }

    private static string Encoding(HttpRequest request) => request.Headers.ContentEncoding.ToString().ToLowerInvariant();
}

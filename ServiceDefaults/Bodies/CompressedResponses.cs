using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace Trainyard.ServiceDefaults.Bodies;

internal static class CompressedResponses
{
    // What is sent as it happens, such as text/event-stream, is not among them: it would be held back.
    private static readonly string[] Types =
        [.. ResponseCompressionDefaults.MimeTypes, "application/problem+json", "application/x-ndjson", "application/manifest+json",
            "image/svg+xml", "text/csv"];

    /// <summary>How a host that meets callers itself compresses its answers, once it uses response compression: brotli, or gzip.</summary>
    public static void AddCompressedResponses(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            // Keys travel in headers, and no answer repeats what another site could have put into it.
            options.EnableForHttps = true;
            options.MimeTypes = Types;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
    }
}

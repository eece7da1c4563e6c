using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace Trainyard.ServiceDefaults.Bodies;

internal static class CompressedResponses
{
    // Without streams such as text/event-stream: compression would buffer them.
    private static readonly string[] Types =
        [.. ResponseCompressionDefaults.MimeTypes, "application/problem+json", "application/x-ndjson", "application/manifest+json",
            "image/svg+xml", "text/csv"];

    /// <summary>Configures brotli and gzip for a public host. The host still has to call <c>UseResponseCompression</c>.</summary>
    public static void AddCompressedResponses(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            // Safe from BREACH: keys travel in headers, and no response echoes input from another site.
            options.EnableForHttps = true;
            options.MimeTypes = Types;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
    }
}

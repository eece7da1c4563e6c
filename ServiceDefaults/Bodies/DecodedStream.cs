using Microsoft.AspNetCore.Http;

namespace Trainyard.ServiceDefaults.Bodies;

/// <summary>A decompressed body. Corrupt data is reported as a bad request.</summary>
internal sealed class DecodedStream(Stream decoded) : ReadStream
{
    /// <exception cref="BadHttpRequestException">400: the data is corrupt or not in the declared encoding.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await decoded.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception damage) when (damage is InvalidDataException or InvalidOperationException)
        {
            throw new BadHttpRequestException($"The body can't be decompressed: {damage.Message}", damage);
        }
    }
}

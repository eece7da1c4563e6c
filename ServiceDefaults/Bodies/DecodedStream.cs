using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Errors;

namespace Trainyard.ServiceDefaults.Bodies;

/// <summary>A decompressed body. Corrupt data is reported as a bad request.</summary>
internal sealed class DecodedStream(Stream decoded, string encoding) : ReadStream
{
    /// <exception cref="TrainyardException">CONFIG_INVALID: the data is corrupt or not in the declared encoding.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await decoded.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception damage) when (damage is InvalidDataException or InvalidOperationException)
        {
            throw new TrainyardException(
                ErrorCode.ConfigInvalid, [new(JsonFaults.Body, $"is not {encoding} data as Content-Encoding says, or is damaged")], damage);
        }
    }
}

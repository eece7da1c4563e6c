using System.Buffers;
using Trainyard.Contracts.Json;

namespace Trainyard.ServiceDefaults.Bodies;

/// <summary>JSON whose NaN and infinity literals are put in quotes as it is read.</summary>
internal sealed class QuotedStream(Stream json) : ReadStream
{
    private readonly NonFiniteLiterals literals = new();
    private readonly ArrayBufferWriter<byte> quoted = new();
    private readonly byte[] part = new byte[8192];
    private int taken;
    private bool ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (taken == quoted.WrittenCount && !ended)
        {
            quoted.ResetWrittenCount();
            taken = 0;
            var read = await json.ReadAsync(part, cancellationToken);
            ended = read == 0;
            if (ended)
            {
                literals.Complete(quoted);
            }
            else
            {
                literals.Write(part.AsSpan(0, read), quoted);
            }
        }
        var count = Math.Min(buffer.Length, quoted.WrittenCount - taken);
        quoted.WrittenMemory.Slice(taken, count).CopyTo(buffer);
        taken += count;
        return count;
    }
}

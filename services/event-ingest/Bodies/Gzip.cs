using System.IO.Compression;
using System.Security.Cryptography;

namespace Trainyard.EventIngest.Bodies;

/// <summary>
/// Gzip that detects truncation. <see cref="GZipStream"/> accepts a truncated stream, which would let half a body pass. So a second gzip
/// member is appended: its content is decompressed only if the body before it is complete.
/// </summary>
internal static class Gzip
{
    /// <summary>The bytes that follow a complete body.</summary>
    public static readonly byte[] Mark = RandomNumberGenerator.GetBytes(16);

    private static readonly byte[] MarkMember = Compress(Mark);

    public static Stream Open(Stream source) => new GZipStream(new Followed(source), CompressionMode.Decompress);

    private static byte[] Compress(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }
        return target.ToArray();
    }

    private sealed class Followed(Stream source) : Stream
    {
        private bool ended;
        private int given;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!ended && await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                return read;
            }
            ended = true;
            var rest = MarkMember.AsSpan(given);
            var taken = Math.Min(rest.Length, buffer.Length);
            rest[..taken].CopyTo(buffer.Span);
            given += taken;
            return taken;
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Read request bodies asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

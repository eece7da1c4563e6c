using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Trainyard.Models.Data;

/// <summary>Token ids in a memory-mapped file: two bytes each where the vocabulary allows, four otherwise.</summary>
public sealed class TokenFile : IDisposable
{
    private readonly MemoryMappedFile? mapping;
    private readonly MemoryMappedViewAccessor? view;
    private readonly int width;

    private TokenFile(string path, int width)
    {
        var length = new FileInfo(path).Length;
        this.width = width;
        Count = length / width;
        if (length == 0)
        {
            return;
        }
        mapping = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
    }

    /// <summary>How many tokens it holds.</summary>
    public long Count { get; }

    /// <summary>Bytes per token for a vocabulary.</summary>
    public static int WidthFor(int vocabularySize) => vocabularySize <= 1 << 16 ? sizeof(ushort) : sizeof(int);

    /// <summary>Opens a file written by <see cref="Append"/>.</summary>
    public static TokenFile Open(string path, int vocabularySize) => new(path, WidthFor(vocabularySize));

    /// <summary>Appends tokens to a file.</summary>
    public static void Append(Stream output, ReadOnlySpan<int> tokens, int vocabularySize)
    {
        var bytesEach = WidthFor(vocabularySize);
        var bytes = new byte[tokens.Length * bytesEach];
        for (var index = 0; index < tokens.Length; index++)
        {
            if (bytesEach == sizeof(ushort))
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(index * bytesEach), (ushort)tokens[index]);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(index * bytesEach), tokens[index]);
            }
        }
        output.Write(bytes);
    }

    /// <summary>Copies tokens from <paramref name="start"/> on.</summary>
    public void Read(long start, Span<long> tokens)
    {
        if (view is null || start < 0 || start + tokens.Length > Count)
        {
            throw new ArgumentOutOfRangeException(nameof(start), $"Tokens {start} to {start + tokens.Length} of {Count}.");
        }

        if (width == sizeof(ushort))
        {
            Span<ushort> read = new ushort[tokens.Length];
            view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(start * width), read);
            for (var index = 0; index < read.Length; index++)
            {
                tokens[index] = read[index];
            }
        }
        else
        {
            Span<int> read = new int[tokens.Length];
            view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(start * width), read);
            for (var index = 0; index < read.Length; index++)
            {
                tokens[index] = read[index];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        view?.Dispose();
        mapping?.Dispose();
    }
}

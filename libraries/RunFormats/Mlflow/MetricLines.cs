using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;

namespace Trainyard.RunFormats.Mlflow;

/// <summary>
/// A line of a metric's file: time, value and step, separated by spaces. Old files have no step, some new ones have the data set's name and
/// digest at the end.
/// </summary>
internal static class MetricLines
{
    private const int MaxLineBytes = 4096;

    /// <summary>The lines of a file, of which the last may be unfinished and is then left for the next import.</summary>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    public static async IAsyncEnumerable<MlflowPoint?> ReadAsync(
        string file, string key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(
            file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
        var buffer = new byte[64 * 1024];
        var held = 0;
        while (await stream.ReadAsync(buffer.AsMemory(held), cancellationToken) is > 0 and var read)
        {
            held += read;
            var start = 0;
            while (buffer.AsSpan(start, held - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                yield return Parse(buffer.AsSpan(start, length), key);
                start += length + 1;
            }
            held -= start;
            if (held > MaxLineBytes)
            {
                throw new InvalidDataException($"it has a line of more than {MaxLineBytes} bytes");
            }
            buffer.AsSpan(start, held).CopyTo(buffer);
        }
    }

    /// <returns>Null for a malformed line.</returns>
    private static MlflowPoint? Parse(ReadOnlySpan<byte> line, string key)
    {
        line = line.Trim(" \t\r"u8);
        Span<Range> parts = stackalloc Range[4];
        var count = 0;
        foreach (var part in line.Split((byte)' '))
        {
            if (count < parts.Length)
            {
                parts[count++] = part;
            }
        }
        if (count < 2 || !Whole(line[parts[0]], out var time) || !Real(line[parts[1]], out var value))
        {
            return null;
        }
        return count == 2 ? new(key, value, time, 0) : Whole(line[parts[2]], out var step) ? new(key, value, time, step) : null;
    }

    private static bool Whole(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;

    /// <summary>A number as Python writes it.</summary>
    private static bool Real(ReadOnlySpan<byte> text, out double number)
    {
        if (Utf8Parser.TryParse(text, out number, out var used) && used == text.Length)
        {
            return true;
        }
        number = Encoding.ASCII.GetString(text) switch
        {
            "inf" or "Infinity" => double.PositiveInfinity,
            "-inf" or "-Infinity" => double.NegativeInfinity,
            _ => double.NaN,
        };
        return double.IsInfinity(number) || text.SequenceEqual("nan"u8);
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Trainyard.TensorBoard.Wire;

/// <summary>Reads images, audio and histograms: the older messages of their own, and the tensors that TensorFlow 2 writes.</summary>
internal static class MediaDecoder
{
    private const string ImagesPlugin = "images";
    private const string AudioPlugin = "audio";
    private const string HistogramsPlugin = "histograms";
    private const int MaxBins = 100_000;

    public static ImagesValue Image(string tag, ProtoReader message)
    {
        var (width, height, file) = (0, 0, Array.Empty<byte>());
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    height = Side(message.Varint());
                    break;
                case 2:
                    width = Side(message.Varint());
                    break;
                case 4:
                    file = message.Bytes().ToArray();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        return new(tag, [file], width, height);
    }

    public static AudioValue Audio(string tag, ProtoReader message)
    {
        var (type, file) = ((string?)null, Array.Empty<byte>());
        while (message.Next())
        {
            switch (message.Field)
            {
                case 4:
                    file = message.Bytes().ToArray();
                    break;
                case 5:
                    type = message.Text();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        return new(tag, [file], type);
    }

    public static HistogramValue Histogram(string tag, ProtoReader message)
    {
        var (min, limits, counts) = (0.0, new List<double>(), new List<double>());
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    min = message.Double();
                    break;
                case 6:
                    Doubles(ref message, limits);
                    break;
                case 7:
                    Doubles(ref message, counts);
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
        var bins = new List<HistogramBin>(limits.Count);
        for (var index = 0; index < Math.Min(limits.Count, counts.Count); index++)
        {
            bins.Add(new(index == 0 ? Math.Min(min, limits[0]) : limits[index - 1], limits[index], counts[index]));
        }
        return new(tag, bins);
    }

    /// <returns>Null if the plugin is another one, or the tensor is none of its.</returns>
    public static SummaryValue? Tensor(string tag, string? plugin, ProtoReader tensor) => plugin switch
    {
        // The width and the height in digits, then the files.
        ImagesPlugin => Parts(tensor) is [var width, var height, .. var files]
            ? new ImagesValue(tag, files, Digits(width), Digits(height))
            : null,
        // Files, or pairs of a file and a label.
        AudioPlugin => new AudioValue(tag, [.. Parts(tensor).Where(part => part.Length > 0)]),
        HistogramsPlugin => new HistogramValue(tag, Bins(tensor)),
        _ => null,
    };

    private static List<byte[]> Parts(ProtoReader tensor)
    {
        var parts = new List<byte[]>();
        while (tensor.Next())
        {
            if (tensor.Field == 8)
            {
                parts.Add(tensor.Bytes().ToArray());
            }
            else
            {
                tensor.Skip();
            }
        }
        return parts;
    }

    /// <summary>Rows of lower end, upper end and count.</summary>
    private static List<HistogramBin> Bins(ProtoReader tensor)
    {
        var (type, numbers) = (TensorType.Float32, new List<double>());
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case 1:
                    type = (TensorType)tensor.Varint();
                    break;
                case 4:
                    Raw(type, tensor.Bytes(), numbers);
                    break;
                case 5:
                    Floats(ref tensor, numbers);
                    break;
                case 6:
                    Doubles(ref tensor, numbers);
                    break;
                default:
                    tensor.Skip();
                    break;
            }
        }
        var bins = new List<HistogramBin>(numbers.Count / 3);
        for (var index = 0; index + 2 < numbers.Count; index += 3)
        {
            bins.Add(new(numbers[index], numbers[index + 1], numbers[index + 2]));
        }
        return bins;
    }

    private static void Doubles(ref ProtoReader message, List<double> numbers)
    {
        if (message.Type is WireType.Fixed64)
        {
            Add(numbers, message.Double());
            return;
        }
        Raw(TensorType.Float64, message.Bytes(), numbers);
    }

    private static void Floats(ref ProtoReader message, List<double> numbers)
    {
        if (message.Type is WireType.Fixed32)
        {
            Add(numbers, message.Float());
            return;
        }
        Raw(TensorType.Float32, message.Bytes(), numbers);
    }

    private static void Raw(TensorType type, ReadOnlySpan<byte> bytes, List<double> numbers)
    {
        if (type is TensorType.Float64)
        {
            for (; bytes.Length >= sizeof(double); bytes = bytes[sizeof(double)..])
            {
                Add(numbers, BinaryPrimitives.ReadDoubleLittleEndian(bytes));
            }
        }
        else if (type is TensorType.Float32)
        {
            for (; bytes.Length >= sizeof(float); bytes = bytes[sizeof(float)..])
            {
                Add(numbers, BinaryPrimitives.ReadSingleLittleEndian(bytes));
            }
        }
    }

    private static void Add(List<double> numbers, double number)
    {
        if (numbers.Count >= 3 * MaxBins)
        {
            throw new MalformedMessageException("a histogram has too many bins");
        }
        numbers.Add(number);
    }

    private static int Side(long number) => (int)Math.Clamp(number, 0, int.MaxValue);

    private static int Digits(byte[] text) =>
        int.TryParse(Encoding.ASCII.GetString(text), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

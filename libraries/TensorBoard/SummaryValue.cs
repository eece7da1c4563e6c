using System.Runtime.InteropServices;

namespace Trainyard.TensorBoard;

/// <summary>A value under a tag.</summary>
/// <param name="Tag">Its name; parts in front of a slash group it.</param>
public abstract record SummaryValue(string Tag);

/// <summary>A number; NaN and infinities are numbers.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Value">The number. All forms but <see cref="ScalarForm.Float64Tensor"/> hold 32 bits of it.</param>
/// <param name="Form">How it is written.</param>
public sealed record ScalarValue(string Tag, double Value, ScalarForm Form = ScalarForm.Simple) : SummaryValue(Tag);

/// <summary>Text, shown as Markdown.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Text">The text; of a list of strings, its lines.</param>
public sealed record TextValue(string Tag, string Text) : SummaryValue(Tag)
{
    /// <summary>Text to be shown as it is: a code block in Markdown.</summary>
    public static TextValue Verbatim(string tag, string text) => new(tag, $"    {text.ReplaceLineEndings("\n    ")}");
}

/// <summary>Image files, such as PNG.</summary>
/// <param name="Tag">Their name.</param>
/// <param name="Files">The files. One is written; several can only be read.</param>
/// <param name="Width">Pixels of a row; 0 if unknown.</param>
/// <param name="Height">Number of rows; 0 if unknown.</param>
public sealed record ImagesValue(string Tag, IReadOnlyList<byte[]> Files, int Width = 0, int Height = 0) : SummaryValue(Tag);

/// <summary>Audio files, such as WAV.</summary>
/// <param name="Tag">Their name.</param>
/// <param name="Files">The files. One is written; several can only be read.</param>
/// <param name="ContentType">Their MIME type, if given.</param>
public sealed record AudioValue(string Tag, IReadOnlyList<byte[]> Files, string? ContentType = null) : SummaryValue(Tag);

/// <summary>How many values lie in each of some ranges.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Bins">The ranges in ascending order, as the file has them: a first or last one may reach to the largest double.</param>
public sealed record HistogramValue(string Tag, IReadOnlyList<HistogramBin> Bins) : SummaryValue(Tag);

/// <summary>A range of a histogram.</summary>
/// <param name="From">The lower end.</param>
/// <param name="To">The upper end.</param>
/// <param name="Count">The number of values, or their density.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct HistogramBin(double From, double To, double Count);

/// <summary>Something else, such as a graph. Not decoded.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Plugin">The plugin it is for, when it says so.</param>
public sealed record OtherValue(string Tag, string? Plugin) : SummaryValue(Tag);

/// <summary>How a scalar is written.</summary>
public enum ScalarForm
{
    /// <summary>As <c>simple_value</c>, a 32-bit float: what PyTorch writes and everything reads.</summary>
    Simple,

    /// <summary>As a tensor of one 32-bit float for the scalars plugin: what TensorFlow 2 writes.</summary>
    Float32Tensor,

    /// <summary>As a tensor of one 64-bit float: no digit is lost.</summary>
    Float64Tensor,
}
